import { useTranslation } from 'react-i18next';
import type { Work } from '../../../../shared/contract/app/work.ts';
import { timeLeft } from './timeLeft.ts';

/** In [0, 100]; 0 where nothing is to be done. */
export const percentOf = ({ done, total }: Pick<Work, 'done' | 'total'>): number =>
  total === 0 ? 0 : (100 * done) / total;

/** Work in words, for the status bar and the list behind it. */
export function useWorkWords() {
  const { t } = useTranslation();
  const left = (seconds: number | null): string => {
    const time = timeLeft(seconds);
    switch (time.key) {
      case 'minutes':
        return t('shell.work.left.minutes', { count: time.minutes });
      case 'hours':
        return t('shell.work.left.hours', { hours: time.hours, minutes: time.minutes });
      case 'unknown':
      case 'seconds':
      case 'lessThanAMinute':
        return t(`shell.work.left.${time.key}`);
    }
  };
  return {
    kind: ({ kind }: Work): string => t(`shell.work.kind.${kind}`),
    /** `Searching smallest epsilons: 61 of 98, about 2 min left` */
    progress: (work: Work): string =>
      t('shell.work.running', {
        kind: t(`shell.work.kind.${work.kind}`),
        done: work.done,
        total: work.total,
        left: left(work.secondsLeft),
      }),
    /** `Import finished`, `Import failed` */
    ending: (work: Work): string => (work.state === 'running' ? '' : t(`shell.work.ended.${work.kind}.${work.state}`)),
    counts: (work: Work): string => t('shell.work.counts', { done: work.done, total: work.total }),
    left: (work: Work): string => left(work.secondsLeft),
  };
}
