import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigation } from '../../../app/navigation.tsx';
import { draftsLeft, subscribeToDraftsLeft } from '../draft/caseDrafts.ts';
import classes from './AnnotationPanel.module.css';

/** Answers to cases no longer on the screen that are not on the disk yet. Nothing where all are. */
export function DraftsLeft() {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const left = useSyncExternalStore(subscribeToDraftsLeft, draftsLeft);
  const stuck = left.filter((draft) => draft.state().saving.kind !== 'saving');
  const [first] = stuck;
  if (first === undefined) return null;
  return (
    <div role="alert" className={classes['failure']}>
      <p className={classes['caution']}>{t('annotation.left.happened', { count: stuck.length })}</p>
      <p>{t('annotation.left.kept')}</p>
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          go({ view: 'case', caseId: first.caseId });
        }}
      >
        {t('annotation.left.show')}
      </Button>
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          for (const draft of stuck) void draft.flush();
        }}
      >
        {t('annotation.tryAgain')}
      </Button>
    </div>
  );
}
