import { Progress, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Work } from '../../../../shared/contract/app/work.ts';
import { useNews } from '../../api/news.ts';
import { useWork } from '../../api/queries.ts';
import { Failure } from '../../components/Failure.tsx';
import { StatusItem } from './StatusItem.tsx';
import { WorkRow } from './WorkRow.tsx';
import { percentOf, useWorkWords } from './workWords.ts';
import classes from './StatusBar.module.css';

/** What is under way, with its progress; all work since the program started behind a click. */
export function WorkStatus() {
  const { t } = useTranslation();
  const work = useWork();
  const { failedUnseen, lookedAt, announcement } = useEndings();
  if (work.isError) {
    return (
      <StatusItem caution label={t('shell.work.unknown')}>
        <Failure error={work.error} onRetry={() => void work.refetch()} />
      </StatusItem>
    );
  }
  const all = work.data ?? [];
  return (
    <>
      <VisuallyHidden role="status">{announcement}</VisuallyHidden>
      {all.length > 0 && (
        <StatusItem caution={failedUnseen} label={<Latest all={all} />} onOpen={lookedAt}>
          <ul className={classes['work']}>
            {all.map((each) => (
              <li key={each.id}>
                <WorkRow work={each} />
              </li>
            ))}
          </ul>
        </StatusItem>
      )}
    </>
  );
}

/** The work that ran longest, and how much more there is; where none runs, the latest that ended. */
function Latest({ all }: { all: readonly Work[] }) {
  const { t } = useTranslation();
  const words = useWorkWords();
  const running = all.filter(({ state }) => state === 'running');
  const shown = running.at(-1) ?? all[0];
  if (shown === undefined) return null;
  if (shown.state !== 'running') return words.ending(shown);
  return (
    <>
      {words.progress(shown)}
      <Progress
        className={classes['progress'] ?? ''}
        size={4}
        value={percentOf(shown)}
        aria-label={t('shell.work.progress')}
      />
      {running.length > 1 && t('shell.work.more', { count: running.length - 1 })}
    </>
  );
}

/** What ended while the person looked elsewhere: said to screen readers, and marked until seen where it failed. */
function useEndings() {
  const words = useWorkWords();
  const [failedUnseen, setFailedUnseen] = useState(false);
  const [announcement, setAnnouncement] = useState('');
  useNews((news) => {
    if (news.kind !== 'work' || news.work.state === 'running') return;
    setAnnouncement(words.ending(news.work));
    if (news.work.state === 'failed') setFailedUnseen(true);
  });
  return {
    failedUnseen,
    announcement,
    lookedAt: () => {
      setFailedUnseen(false);
    },
  };
}
