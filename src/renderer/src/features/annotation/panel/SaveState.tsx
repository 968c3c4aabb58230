import { Button, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explanationOf } from '../../../api/explanation.ts';
import type { Saving } from '../draft/autosave.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import classes from './AnnotationPanel.module.css';
import { ago } from './time.ts';

/** How far the answer is on the disk, in words; `SaveFailure` says why it is not. */
export function SaveState({ saving }: { saving: Saving }) {
  const { t } = useTranslation();
  return (
    <>
      {saving.kind !== 'failed' && (
        <div className={classes['saving']}>
          {saving.kind === 'saved' && <Saved at={saving.at} />}
          {saving.kind === 'saving' && t('annotation.saving')}
          {saving.kind === 'conflict' && t('annotation.notSaved')}
        </div>
      )}
      {/* The time that passes is not said, only that it is saved. */}
      <VisuallyHidden role="status">
        {saving.kind === 'saved' && saving.at !== null && t('annotation.saved')}
      </VisuallyHidden>
    </>
  );
}

/** Why the answer could not be stored; it is tried again by itself, and by hand. */
export function SaveFailure({ draft, error }: { draft: CaseDraft; error: Error }) {
  const { t } = useTranslation();
  const explanation = explanationOf(error);
  useEffect(() => {
    // This covers the end of the column, where something may be being typed.
    document.activeElement?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div role="alert" className={classes['failure']}>
      <div className={classes['first']}>
        <span className={classes['caution']}>
          {explanation === null
            ? t('error.unexpected', { reason: error.message })
            : t('annotation.notSavedSince', { reason: explanation.happened })}
        </span>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            void draft.flush();
          }}
        >
          {t('annotation.tryAgain')}
        </Button>
      </div>
      <p>
        {explanation?.toDo} {t('annotation.keptHere')}
      </p>
    </div>
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
