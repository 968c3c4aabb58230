import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { UPLOAD_LIMITS } from '../../../../shared/contract/app/importing.ts';
import { useApi, useBytes } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import { filesOfEntries, isImageName, type NamedFile, NOTHING_LEFT_OUT, sendableOf } from './namedFiles.ts';
import { type SendProgress, sendAll } from './sendAll.ts';
import { type Chosen, type Sending, START, type Step } from './steps.ts';
import type { DroppedFiles } from './useWindowDrop.ts';

/** Told no more often than a person can read. */
const TELLING_MILLISECONDS = 100;

/** Leads through an import: what was chosen is sent where it must be, previewed, and imported. */
export function useImport() {
  const api = useApi();
  const bytes = useBytes();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>(START);
  /** Of what is under way; what was cancelled says nothing any more. */
  const running = useRef(new AbortController());

  useEffect(
    () => () => {
      running.current.abort();
    },
    [],
  );

  /** Runs one thing at a time; what it throws is shown where the person chooses again. */
  const run = (task: (signal: AbortSignal) => Promise<void>) => {
    running.current.abort();
    const controller = new AbortController();
    running.current = controller;
    task(controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) setStep({ kind: 'source', problem: asError(error) });
    });
  };

  const look = async (chosen: Chosen, signal: AbortSignal) => {
    setStep({ kind: 'asking' });
    try {
      const preview = await api.importing.preview({ source: chosen.source, labels: null }, { signal });
      setStep({ kind: 'preview', chosen, preview, error: null, busy: false });
    } catch (error) {
      forget(chosen);
      throw error;
    }
  };

  const send = async (sending: Sending, indices: readonly number[], signal: AbortSignal) => {
    const { upload, files, leftOut } = sending;
    const sizeOf = (index: number) => files[index]?.file.size ?? 0;
    const totalBytes = indices.reduce((sum, index) => sum + sizeOf(index), 0);
    setStep({ kind: 'sending', progress: { done: 0, total: indices.length, sentBytes: 0, totalBytes } });
    const { unsent, error } = await sendAll({
      indices,
      sizeOf,
      send: async (index) => {
        const file = files[index];
        if (file !== undefined) await bytes.put(upload, index, file.file);
      },
      signal,
      onProgress: atMostEvery(TELLING_MILLISECONDS, (progress: SendProgress) => {
        if (!signal.aborted) setStep({ kind: 'sending', progress });
      }),
    });
    if (signal.aborted) {
      await api.importing.dropUpload({ id: upload });
    } else if (error !== null && unsent.length > 0) {
      setStep({ kind: 'unsent', sending, unsent, error });
    } else {
      const origin = { kind: 'files', count: files.length } as const;
      await look({ source: { kind: 'upload', id: upload }, origin, leftOut }, signal);
    }
  };

  const announce = async (files: readonly NamedFile[], leftOut: Chosen['leftOut'], signal: AbortSignal) => {
    if (!files.some(({ name }) => isImageName(name))) {
      setStep({ kind: 'source', problem: { kind: 'noneUsable' } });
      return;
    }
    if (files.length > UPLOAD_LIMITS.files) {
      setStep({ kind: 'source', problem: { kind: 'tooMany', files: files.length } });
      return;
    }
    setStep({ kind: 'asking' });
    const { id } = await api.importing.beginUpload({ names: files.map(({ name }) => name) }, { signal });
    await send({ upload: id, files, leftOut }, [...files.keys()], signal);
  };

  /** Sent files that no import will read are thrown away; that it failed changes nothing for the person. */
  const forget = ({ source }: Pick<Chosen, 'source'>) => {
    if (source.kind !== 'upload') return;
    api.importing.dropUpload({ id: source.id }).catch((error: unknown) => {
      console.warn('The sent files were not thrown away.', error);
    });
  };

  const toSource = () => {
    running.current.abort();
    if ((step.kind === 'preview' || step.kind === 'begun') && step.chosen !== null) forget(step.chosen);
    if (step.kind === 'unsent') forget({ source: { kind: 'upload', id: step.sending.upload } });
    setStep(START);
  };

  return {
    step,
    toSource,
    /** Asks for a folder in the host's dialog. */
    chooseFolder: () => {
      run(async (signal) => {
        const grant = await api.program.chooseFolder({ purpose: 'images' }, { signal });
        if (grant === null) return;
        const origin = { kind: 'folder', label: grant.label } as const;
        await look({ source: { kind: 'folder', grant: grant.grant }, origin, leftOut: NOTHING_LEFT_OUT }, signal);
      });
    },
    takeFiles: (chosen: readonly NamedFile[]) => {
      const { files, leftOut } = sendableOf(chosen);
      run((signal) => announce(files, leftOut, signal));
    },
    takeDropped: ({ entries }: DroppedFiles) => {
      toSource();
      run(async (signal) => {
        setStep({ kind: 'collecting', files: 0 });
        const tell = atMostEvery(TELLING_MILLISECONDS, (files: number) => {
          if (!signal.aborted) setStep({ kind: 'collecting', files });
        });
        const { files, leftOut } = sendableOf(await filesOfEntries(entries, tell, signal));
        await announce(files, leftOut, signal);
      });
    },
    sendAgain: (sending: Sending, unsent: readonly number[]) => {
      run((signal) => send(sending, unsent, signal));
    },
    leaveOut: ({ upload, files, leftOut }: Sending, unsent: readonly number[]) => {
      const missing = new Set(unsent);
      run(async (signal) => {
        await api.importing.dropUpload({ id: upload });
        const rest = files.filter((_, index) => !missing.has(index));
        await announce(rest, { ...leftOut, unread: leftOut.unread + missing.size }, signal);
      });
    },
    /** Reads another of the tables. */
    readLabels: (shown: Extract<Step, { kind: 'preview' }>, labels: string) => {
      setStep({ ...shown, busy: true, error: null });
      run(async (signal) => {
        const answer = await settled(api.importing.preview({ source: shown.chosen.source, labels }, { signal }));
        if (signal.aborted) return;
        setStep('error' in answer ? { ...shown, error: answer.error } : { ...shown, preview: answer.value });
      });
    },
    begin: (shown: Extract<Step, { kind: 'preview' }>) => {
      setStep({ ...shown, busy: true, error: null });
      run(async () => {
        const answer = await settled(api.importing.run({ plan: shown.preview.plan }));
        await queries.invalidateQueries({ queryKey: keys.work });
        setStep(
          'error' in answer
            ? { ...shown, error: answer.error }
            : { kind: 'begun', work: answer.value.id, chosen: shown.chosen },
        );
      });
    },
    /** Shows an import that was begun elsewhere, or before the page was loaded again. */
    adopt: (work: string) => {
      setStep({ kind: 'begun', work, chosen: null });
    },
  };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const settled = <Value>(promise: Promise<Value>): Promise<{ value: Value } | { error: Error }> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: asError(error) }),
  );

/** The last call may go unheard: what follows tells the end. */
function atMostEvery<Told>(milliseconds: number, tell: (told: Told) => void): (told: Told) => void {
  let last = -Infinity;
  return (told) => {
    const now = performance.now();
    if (now - last < milliseconds) return;
    last = now;
    tell(told);
  };
}
