import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../shared/domain/shortcut.ts';
import { READINGS } from '../annotation/panel/ReadingField.tsx';

type NamedAction = Exclude<Action, `read${number}`>;

/** What an action does, in words; the keys that read a diagnosis are named by it. */
export function useActionName(): (action: Action) => string {
  const { t } = useTranslation();
  return (action) => {
    const reading = READINGS.find((each) => each.action === action);
    return reading === undefined
      ? t(`settings.actionName.${action as NamedAction}`)
      : t('settings.readAs', { diagnosis: t(`diagnosis.${reading.dx}`) });
  };
}
