import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigation } from '../../app/navigation.tsx';
import classes from './DraftsLeft.module.css';
import { draftsLeft, subscribeToDraftsLeft } from './draft/caseDrafts.ts';

/** Over every view: answers to cases no longer on the screen that could not be stored. Nothing where all are. */
export function DraftsLeft() {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const left = useSyncExternalStore(subscribeToDraftsLeft, draftsLeft);
  const [first] = left;
  if (first === undefined) return null;
  return (
    <div role="alert" className={classes['strip']}>
      <div>
        <div className={classes['caution']}>{t('annotation.left.happened', { count: left.length })}</div>
        <div className={classes['quiet']}>{t('annotation.left.kept')}</div>
      </div>
      <div className={classes['ways']}>
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
            for (const draft of left) void draft.flush();
          }}
        >
          {t('annotation.tryAgain')}
        </Button>
      </div>
    </div>
  );
}
