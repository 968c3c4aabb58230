/** What is open: the workspace, who reviews, which two models are compared, whether the reading is blind. */
import { type } from '@orpc/contract';
import { z } from 'zod';
import { sha256Schema } from '../modelCard.ts';
import { question } from './question.ts';

/** A workspace as people know it. The folder is shown, and never sent back: the page names workspaces by `id`. */
export interface WorkspaceFacts {
  /** Random; says nothing about whose it is. */
  readonly id: string;
  /** Name of its folder. */
  readonly name: string;
  readonly folder: string;
  /** The demonstration images that come with the program. */
  readonly demo: boolean;
  readonly cases: number;
}

export interface RecentWorkspace {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly openedAt: string;
  /** Its folder is there now. */
  readonly present: boolean;
}

export interface Reviewer {
  readonly id: string;
  readonly name: string;
  /** Free text: dermatologist, resident, quality officer. */
  readonly role: string;
}

/** The two models that are compared everywhere, by the SHA-256 of their cards. */
export const modelPairSchema = z
  .strictObject({ first: sha256Schema, second: sha256Schema })
  .refine(({ first, second }) => first !== second);
export type ModelPair = z.infer<typeof modelPairSchema>;

export interface Session {
  readonly workspace: WorkspaceFacts | null;
  readonly reviewer: Reviewer | null;
  /** Hides verdicts, heatmaps and others' answers of a case until the reviewer has answered it. */
  readonly blind: boolean;
  /** Null where fewer than two models could be verified. */
  readonly pair: ModelPair | null;
}

/** Of a reviewer's name and of their role, in characters. */
export const LONGEST_REVIEWER_TEXT = 120;

const reviewerText = z.string().trim().max(LONGEST_REVIEWER_TEXT);

const folderGrant = z.strictObject({ grant: z.uuid() });

export const sessionContract = {
  get: question.output(type<Session>()),
  recent: question.output(type<readonly RecentWorkspace[]>()),
  /** Opens the demonstration workspace; the first time it is made: its images imported, their screening begun. */
  openDemo: question.output(type<Session>()),
  openRecent: question.input(z.strictObject({ id: z.uuid() })).output(type<Session>()),
  /** Opens the workspace in a folder that the person chose in the host's dialog; makes one where there is none. */
  openFolder: question.input(folderGrant).output(type<Session>()),
  /** Makes a workspace of this name in the program's own folder of workspaces, for hosts without a dialog. */
  create: question
    .input(z.strictObject({ name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,59}$/u) }))
    .output(type<Session>()),
  close: question.output(type<Session>()),
  reviewers: question.output(type<readonly Reviewer[]>()),
  /** Adds a reviewer and chooses them. */
  addReviewer: question
    .input(z.strictObject({ name: reviewerText.min(1), role: reviewerText }))
    .output(type<Session>()),
  chooseReviewer: question.input(z.strictObject({ id: z.uuid() })).output(type<Session>()),
  setBlind: question.input(z.strictObject({ blind: z.boolean() })).output(type<Session>()),
  choosePair: question.input(modelPairSchema).output(type<Session>()),
};
