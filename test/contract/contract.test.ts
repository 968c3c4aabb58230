/** What the contract promises holds over every transport alike. */
import { ORPCError } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, explanationOf } from '../../src/renderer/src/api/explanation.ts';
import type { Settings } from '../../src/shared/contract/app/program.ts';
import { type StandIn, standInProgram } from '../support/standInProgram.ts';
import { IN_MEMORY, type Line, TRANSPORTS } from './transports.ts';

const SETTINGS: Settings = {
  theme: 'light',
  density: 'compact',
  language: 'en',
  shortcuts: { fit: 'ß', undo: 'ε "\\' },
};

const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    (answer) => {
      throw new Error(`It was answered: ${JSON.stringify(answer)}`);
    },
    (error: unknown) => error,
  );

describe.each(TRANSPORTS)('the contract $name', (transport) => {
  let program: StandIn;
  let line: Line;

  beforeEach(async () => {
    program = standInProgram();
    line = await transport.connect(program);
  });

  afterEach(async () => {
    await line.close();
  });

  it('gives the same answers as without a transport', async () => {
    const plain = await IN_MEMORY.connect(program);
    expect(await line.client.program.host()).toEqual(await plain.client.program.host());
    expect(await line.client.program.saveSettings(SETTINGS)).toEqual(SETTINGS);
  });

  it('gives each of many questions its own answer', async () => {
    const asked = Array.from({ length: 200 }, (_, index) => ({ ...SETTINGS, shortcuts: { fit: String(index) } }));
    const answers = await Promise.all(asked.map((settings) => line.client.program.saveSettings(settings)));
    expect(answers).toEqual(asked);
  });

  it('tells events in their order', async () => {
    const heard: unknown[] = [];
    for await (const news of await line.client.program.news()) {
      heard.push(news);
      if (heard.length === 50) break;
    }
    expect(heard).toEqual(Array.from({ length: 50 }, (_, code) => ({ kind: 'engineEnded', code })));
    await expect.poll(program.listeners).toBe(0);
  });

  it('stops the program where the page no longer wants the events', async () => {
    const controller = new AbortController();
    const events = await line.client.program.news(undefined, { signal: controller.signal });
    await events.next();
    expect(program.listeners()).toBe(1);
    controller.abort();
    // Without a transport nobody pulls but the page: a generator stands still where it is.
    await events.next().catch(() => undefined);
    await expect.poll(program.listeners).toBe(0);
  });

  it('refuses input that is not the contract’s, naming what is wrong', async () => {
    const error = await failureOf(line.client.program.saveSettings({ ...SETTINGS, theme: 'pink' as 'dark' }));
    expect(error).toBeInstanceOf(ORPCError);
    expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { issues: [{ path: ['theme'] }] } });
  });

  it('brings an error of the program in its three parts', async () => {
    const error = await failureOf(line.client.session.openDemo());
    expect(codeOf(error)).toBe('WORKSPACE_LOCKED');
    expect(explanationOf(error)).toEqual({
      happened: 'Another program has this workspace open.',
      kept: 'Everything.',
      toDo: 'Close that one.',
    });
  });
});

describe.each(TRANSPORTS.filter((transport) => transport !== IN_MEMORY))('a page $name', (transport) => {
  it('that goes stops what the program did for it', async () => {
    const program = standInProgram();
    const line = await transport.connect(program);
    const events = await line.client.program.news();
    await events.next();
    expect(program.listeners()).toBe(1);
    await line.close();
    await expect.poll(program.listeners).toBe(0);
  });

  it('that asks what the contract does not have is told so', async () => {
    const line = await transport.connect(standInProgram());
    const client = line.client as unknown as { readonly nothing: { readonly here: () => Promise<unknown> } };
    expect(await failureOf(client.nothing.here())).toBeInstanceOf(Error);
    expect((await line.client.program.host()).kind).toBe('loopback');
    await line.close();
  });
});
