import { useRef, useState } from 'react';
import type { ImportSource } from '../../../../shared/contract/app/importing.ts';
import type { ModelPreview } from '../../../../shared/contract/app/models.ts';
import { useApi, useBytes } from '../../api/connection.ts';
import type { ModelFile } from './modelFiles.ts';

/** How far an import of a model is. */
export type ImportStep =
  | { readonly step: 'source'; readonly error: Error | null }
  | { readonly step: 'sending'; readonly done: number; readonly total: number }
  | { readonly step: 'checking' }
  | { readonly step: 'preview'; readonly preview: ModelPreview };

const START: ImportStep = { step: 'source', error: null };

/** Brings a model to the program, from a folder or from files, and has it looked at. */
export function useModelImport() {
  const api = useApi();
  const bytes = useBytes();
  const [step, setStep] = useState<ImportStep>(START);
  // An attempt that the person has left goes on to its next stop, and then says nothing any more.
  const attempt = useRef(0);
  const upload = useRef<string | null>(null);

  const leave = () => {
    attempt.current += 1;
    setStep(START);
    if (upload.current === null) return;
    const id = upload.current;
    upload.current = null;
    // Files that stay are thrown away when the program ends: nothing for a person to do.
    api.importing.dropUpload({ id }).catch(() => undefined);
  };

  const begin = async (sourceOf: (isLeft: () => boolean) => Promise<ImportSource | null>) => {
    leave();
    const mine = attempt.current;
    const isLeft = () => attempt.current !== mine;
    const show = (next: ImportStep) => {
      if (!isLeft()) setStep(next);
    };
    try {
      const source = await sourceOf(isLeft);
      if (source === null || isLeft()) return;
      show({ step: 'checking' });
      show({ step: 'preview', preview: await api.models.preview({ source }) });
    } catch (error) {
      show({ step: 'source', error: error instanceof Error ? error : new Error(String(error)) });
    }
  };

  const send = async (files: readonly ModelFile[], isLeft: () => boolean): Promise<ImportSource | null> => {
    const { id } = await api.importing.beginUpload({ names: files.map(({ name }) => name) });
    upload.current = id;
    for (const [index, { file }] of files.entries()) {
      if (isLeft()) return null;
      setStep({ step: 'sending', done: index, total: files.length });
      await bytes.put(id, index, file);
    }
    return { kind: 'upload', id };
  };

  return {
    step,
    leave,
    fromFolder: () =>
      begin(async () => {
        const grant = await api.program.chooseFolder({ purpose: 'model' });
        return grant === null ? null : { kind: 'folder', grant: grant.grant };
      }),
    /** @param collect finds the files, as soon as the person let them go */
    fromFiles: (collect: () => Promise<readonly ModelFile[]>) =>
      begin(async (isLeft) => {
        const files = await collect();
        return files.length === 0 ? null : send(files, isLeft);
      }),
  };
}
