import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORPCError } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireError } from '../../../src/shared/kernel/errors.ts';
import { EMPTY_ANNOTATION } from '../../../src/shared/domain/annotation.ts';
import { FIRST_ATTACK, type Examination } from '../../../src/shared/contract/app/cases.ts';
import { EVERYTHING } from '../../../src/shared/domain/library.ts';
import { writeTinyModel } from '../../support/modelPackages.ts';
import { temporaryFolder } from '../store/support.ts';
import { askedProgram, DEMO_IMAGES, demoReady, smallApp, type AskedProgram } from './support.ts';

let app: string;

beforeAll(async () => {
  app = await smallApp(mkdtempSync(join(tmpdir(), 'epsiloscope-')));
});

afterAll(() => {
  rmSync(app, { recursive: true });
});

/** The code under which the program refuses. */
const refusal = async (answer: Promise<unknown>): Promise<string> => {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ORPCError ? (error.data as WireError).code : String(error);
};

const firstPage = async ({ ask }: AskedProgram) => ask.library.page({ query: EVERYTHING, offset: 0, limit: 10 });

async function examined({ ask }: AskedProgram, caseId: string, modelSha256: string): Promise<Examination> {
  const epsilons = [1 / 255, 8 / 255];
  for await (const event of await ask.cases.examine({ caseId, modelSha256, attack: FIRST_ATTACK, epsilons })) {
    if (event.kind === 'done') return event.examination;
  }
  throw new Error('The examination ended without a result.');
}

describe('the demonstration', () => {
  it('makes itself: imported, screened by both models, and there again at the next start', async () => {
    const first = askedProgram(app);
    expect(await first.ask.session.get()).toEqual({ workspace: null, reviewer: null, blind: false, pair: null });
    expect(await refusal(firstPage(first))).toBe('NO_WORKSPACE');
    await demoReady(first);
    const { workspace, pair } = await first.ask.session.get();
    expect(workspace).toMatchObject({ demo: true, cases: 3 });
    const page = await firstPage(first);
    expect(page.cases.map(({ imageId }) => imageId).sort()).toEqual(DEMO_IMAGES);
    expect(page.cases.every((each) => each.first !== null && each.second !== null)).toBe(true);
    expect(await first.ask.work.screening()).toEqual(
      [pair?.first, pair?.second].sort().map((modelSha256) => ({ modelSha256, screened: 3, images: 3 })),
    );
    await first.program.close();
    const second = askedProgram(app, first.userFolder);
    const [recent] = await second.ask.session.recent();
    const opened = await second.ask.session.openRecent({ id: recent?.id ?? '' });
    expect(opened).toMatchObject({ workspace: { id: workspace?.id, cases: 3 }, pair });
    expect(await second.ask.work.list()).toEqual([]);
  });
});

describe('a screening', () => {
  it('that a kill or a quit breaks off goes on at the next start; one that nobody wants does not', async () => {
    const first = askedProgram(app);
    await first.ask.session.openDemo();
    await first.heard((news) => news.kind === 'work' && news.work.kind === 'screening');
    await first.program.close();
    const second = askedProgram(app, first.userFolder);
    await second.ask.session.openDemo();
    const [screening] = await second.ask.work.list();
    expect(screening).toMatchObject({ kind: 'screening', state: 'running', total: 3 });
    await second.ask.work.cancel({ id: screening?.id ?? '' });
    await second.program.close();
    const third = askedProgram(app, first.userFolder);
    await third.ask.session.openDemo();
    expect(await third.ask.work.list()).toEqual([]);
  });
});

describe('a case', () => {
  it('is examined, explained, and its arrays are had by their hashes', async () => {
    const asked = askedProgram(app);
    await demoReady(asked);
    const { pair } = await asked.ask.session.get();
    const [listed] = (await firstPage(asked)).cases;
    const caseId = listed?.caseId ?? '';
    const modelSha256 = pair?.first ?? '';
    const examination = await examined(asked, caseId, modelSha256);
    expect(examination.clean.verdict).toBe(listed?.first?.verdict);
    expect(examination.provenance).toMatchObject({ modelSha256, seed: 1 });
    const attackedArray = examination.points[1]?.attackedArray;
    const array = await asked.program.bytes.get('array', attackedArray ?? examination.clean.inputArray);
    expect(array?.bytes.length).toBe(16 * 16 * 3 * 4);
    const map = await asked.ask.cases.explain({
      caseId,
      modelSha256,
      map: 'effect',
      attackedArray: attackedArray ?? null,
    });
    expect(map.completeness?.sum).toBeCloseTo(map.completeness?.marginChange ?? Number.NaN, 2);
    expect(await refusal(asked.ask.cases.open({ caseId: '00000000-0000-4000-8000-000000000000' }))).toBe(
      'CASE_UNKNOWN',
    );
  });

  it('shows nothing of models and reference while it is read blind, until it is answered', async () => {
    const asked = askedProgram(app);
    const { ask } = asked;
    await demoReady(asked);
    const { reviewer } = await ask.session.addReviewer({ name: 'Dr. Demo', role: 'dermatologist' });
    const { pair } = await ask.session.setBlind({ blind: true });
    expect(await refusal(firstPage(asked))).toBe('LIBRARY_BLIND');
    const query = { ...EVERYTHING, order: 'imported' } as const;
    const [listed] = (await ask.library.page({ query, offset: 0, limit: 1 })).cases;
    const caseId = listed?.caseId ?? '';
    expect(listed).toMatchObject({ withheld: true, first: null, second: null, reference: null });
    expect((await ask.cases.open({ caseId })).unblinded).toBeNull();
    const modelSha256 = pair?.first ?? '';
    expect(await refusal(examined(asked, caseId, modelSha256))).toBe('CASE_BLIND');
    const explained = ask.cases.explain({ caseId, modelSha256, map: 'saliency', attackedArray: null });
    expect(await refusal(explained)).toBe('CASE_BLIND');
    const content = { ...EMPTY_ANNOTATION, reading: { kind: 'diagnosis', dx: 'nv' } } as const;
    const saved = await ask.annotations.save({
      caseId,
      reviewerId: reviewer?.id ?? '',
      base: 0,
      content: copy(content),
    });
    expect(saved).toMatchObject({ revision: 1, answeredBlind: true });
    expect((await ask.cases.open({ caseId })).unblinded?.verdicts).toHaveLength(2);
    expect((await examined(asked, caseId, modelSha256)).points).toHaveLength(2);
  });
});

describe('a model of the person’s own', () => {
  it('is looked at, imported, compared and removed', async () => {
    const asked = askedProgram(app);
    const { ask } = asked;
    await ask.session.create({ name: 'Our board' });
    const folder = join(temporaryFolder(), 'own');
    const { sha256 } = await writeTinyModel(folder, 9, { id: 'own', title: 'Our own' });
    asked.choose(folder);
    const grant = await ask.program.chooseFolder({ purpose: 'model' });
    const preview = await ask.models.preview({ source: { kind: 'folder', grant: grant?.grant ?? '' } });
    expect(preview).toMatchObject({ kind: 'package', height: 16, card: { id: 'own' } });
    rmSync(folder, { recursive: true });
    const model = await ask.models.import({ plan: preview.plan, description: null });
    expect(model).toMatchObject({ status: 'verified', source: 'imported', sha256 });
    const [bundled] = await ask.models.list();
    const first = bundled?.status === 'verified' ? bundled.sha256 : '';
    expect((await ask.session.choosePair({ first, second: sha256 })).pair).toEqual({ first, second: sha256 });
    expect(await refusal(ask.models.remove({ sha256: first }))).toBe('MODEL_BUNDLED');
    await ask.models.remove({ sha256 });
    expect(await ask.models.list()).toHaveLength(2);
    expect(await refusal(ask.session.choosePair({ first, second: sha256 }))).toBe('MODEL_GONE');
  });

  it('that is broken is refused, and nothing of it is left', async () => {
    const asked = askedProgram(app);
    const { workspace } = await asked.ask.session.create({ name: 'Other' });
    const folder = temporaryFolder();
    cpSync(join(app, 'resources/models/pgd'), folder, { recursive: true });
    rmSync(join(folder, 'weights.bin'));
    asked.choose(folder);
    const grant = await asked.ask.program.chooseFolder({ purpose: 'model' });
    const source = { kind: 'folder', grant: grant?.grant ?? '' } as const;
    expect(await refusal(asked.ask.models.preview({ source }))).toBe('MODEL_INCOMPLETE');
    expect(readdirSync(join(workspace?.folder ?? '', 'incoming'))).toEqual([]);
    expect(readdirSync(join(workspace?.folder ?? '', 'models'))).toEqual([]);
  });

  it('that is changed under the program is said to be refused once it is checked again', async () => {
    const own = await smallApp(temporaryFolder());
    const asked = askedProgram(own);
    expect((await asked.ask.models.list()).map(({ status }) => status)).toEqual(['verified', 'verified']);
    rmSync(join(own, 'resources/models/pgd/weights.bin'));
    expect((await asked.ask.models.check()).map(({ status }) => status)).toEqual(['refused', 'verified']);
  });
});

describe('news', () => {
  it('tell every page of work, of changes, and of the menu', async () => {
    const asked = askedProgram(app);
    const heard = [
      asked.heard((news) => news.kind === 'work' && news.work.state === 'done'),
      asked.heard((news) => news.kind === 'library'),
      asked.heard((news) => news.kind === 'menu'),
    ];
    await new Promise((resolve) => setTimeout(resolve, 50));
    asked.program.menu('about');
    await demoReady(asked);
    expect((await Promise.all(heard)).map(({ kind }) => kind)).toEqual(['work', 'library', 'menu']);
  });
});

/** Without the readonly that inputs of the contract do not know. */
const copy = (value: unknown) => structuredClone(value) as never;
