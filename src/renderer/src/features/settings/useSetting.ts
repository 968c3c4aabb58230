import type { Settings } from '../../../../shared/contract/app/program.ts';
import { useSaveSettings, useSettings } from '../../api/queries.ts';

/** The settings, and how some of them are changed; `error` says why a change was taken back. */
export function useSetting() {
  const settings = useSettings();
  const save = useSaveSettings();
  return {
    settings,
    change: (some: Partial<Settings>) => {
      save.mutate({ ...settings, ...some });
    },
    error: save.error,
    forgetError: save.reset,
  };
}
