import { ActionIcon, Button, Popover, ScrollArea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../../api/connection.ts';
import { caseViewKey } from '../../../api/keys.ts';
import { Failure } from '../../../components/Failure.tsx';
import { Icon } from '../../../components/Icon.tsx';
import { Waiting } from '../../../components/Waiting.tsx';
import { type HistoryEntry, historyOf } from '../answer/changes.ts';
import { isSameAnswer } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import classes from './History.module.css';
import { useAnswerWords } from './useAnswerWords.ts';

/** Every revision of the answers to the case, behind a click; the reviewer's own can be brought back. */
export function History({ draft }: { draft: CaseDraft }) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-end" width={328} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t('annotation.history.title')}
          title={t('annotation.history.title')}
        >
          <Icon name="history" size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={t('annotation.history.title')}>
        <Revisions draft={draft} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** More are shown on demand: an answer typed with many pauses has many. */
const SHOWN_AT_FIRST = 50;

function Revisions({ draft }: { draft: CaseDraft }) {
  const { t } = useTranslation();
  const api = useApi();
  const { caseId } = draft;
  const history = useQuery({
    queryKey: [...caseViewKey(caseId), 'history'],
    queryFn: ({ signal }) => api.annotations.history({ caseId }, { signal }),
    // Asked each time it is opened: every word typed makes a revision.
    staleTime: 0,
    gcTime: 0,
  });
  const [areAllShown, setAreAllShown] = useState(false);
  if (history.isPending) return <Waiting label={t('annotation.history.waiting')} lines={4} />;
  if (history.isError) return <Failure error={history.error} onRetry={() => void history.refetch()} />;
  const entries = historyOf(history.data);
  if (entries.length === 0) return <p className={classes['none']}>{t('annotation.history.none')}</p>;
  const shown = areAllShown ? entries : entries.slice(0, SHOWN_AT_FIRST);
  return (
    <ScrollArea.Autosize mah={360} type="auto" viewportProps={{ tabIndex: 0 }}>
      <ol className={classes['entries']}>
        {shown.map((entry) => (
          <Entry key={`${entry.revision.reviewer.id} ${entry.revision.revision}`} entry={entry} draft={draft} />
        ))}
      </ol>
      {shown.length < entries.length && (
        <Button
          variant="subtle"
          size="xs"
          onClick={() => {
            setAreAllShown(true);
          }}
        >
          {t('annotation.history.earlier', { count: entries.length - shown.length })}
        </Button>
      )}
    </ScrollArea.Autosize>
  );
}

function Entry({ entry: { revision, changes }, draft }: { entry: HistoryEntry; draft: CaseDraft }) {
  const { t, i18n } = useTranslation();
  const words = useAnswerWords();
  const { reviewer, at, content } = revision;
  const isOwn = reviewer.id === draft.reviewerId;
  const isCurrent = isOwn && isSameAnswer(content, draft.state().answer);
  const time = new Date(at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' });
  const what = changes.map(words.change).join('; ');
  return (
    <li className={classes['entry']}>
      <div className={classes['head']}>
        <span>{t('annotation.history.by', { name: reviewer.name, time })}</span>
        {isCurrent && <span className={classes['current']}>{t('annotation.history.current')}</span>}
        {isOwn && !isCurrent && (
          <Button
            variant="default"
            size="compact-xs"
            aria-label={t('annotation.history.restoreFrom', { time })}
            onClick={() => {
              draft.edit(() => content);
            }}
          >
            {t('annotation.history.restore')}
          </Button>
        )}
      </div>
      <div>{what === '' ? t('annotation.history.sameAgain') : what}</div>
    </li>
  );
}
