import { Button, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explanationOf } from '../../../api/explanation.ts';
import type { Saving } from '../draft/autosave.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import classes from './AnnotationPanel.module.css';
import { ago } from './time.ts';

/** How far the answer is on the disk, in words; what could not be stored is tried again by itself and by hand. */
export function SaveState({ draft, saving }: { draft: CaseDraft; saving: Saving }) {
  const { t } = useTranslation();
  const failure = useFailureWords();
  return (
    <>
      <div className={classes['saving']}>
        {saving.kind === 'saved' && <Saved at={saving.at} />}
        {saving.kind === 'saving' && t('annotation.saving')}
        {saving.kind === 'conflict' && t('annotation.notSaved')}
        {saving.kind === 'failed' && <span className={classes['caution']}>{t('annotation.notSaved')}</span>}
      </div>
      {saving.kind === 'failed' && (
        <div role="alert" className={classes['failure']}>
          <p>{failure(saving.error)}</p>
          <p>{t('annotation.keptHere')}</p>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              void draft.flush();
            }}
          >
            {t('annotation.tryAgain')}
          </Button>
        </div>
      )}
      {/* The time that passes is not said, only that it is saved. */}
      <VisuallyHidden role="status">
        {saving.kind === 'saved' && saving.at !== null && t('annotation.saved')}
      </VisuallyHidden>
    </>
  );
}

function Saved({ at }: { at: string | null }) {
  const { t, i18n } = useTranslation();
  const now = useNow(at);
  if (at === null) return t('annotation.nothingYet');
  const since = ago(at, now);
  switch (since.key) {
    case 'now':
      return t('annotation.saved');
    case 'seconds':
    case 'minutes':
      return t(`annotation.savedAgo.${since.key}`, { count: since.count });
    case 'at':
      return t('annotation.savedAt', {
        time: since.at.toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }),
      });
  }
}

const SECOND = 1000;

/** Milliseconds since 1970, told anew each second, and at once when `when` changes. */
function useNow(when: unknown): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const tell = () => {
      setNow(Date.now());
    };
    tell();
    const timer = setInterval(tell, SECOND);
    return () => {
      clearInterval(timer);
    };
  }, [when]);
  return now;
}

/** What happened and what to do about it. What was kept is said by the panel: it is what the reviewer sees. */
function useFailureWords(): (error: Error) => string {
  const { t } = useTranslation();
  return (error) => {
    const explanation = explanationOf(error);
    if (explanation === null) return t('error.unexpected', { reason: error.message });
    return `${explanation.happened} ${explanation.toDo}`;
  };
}
