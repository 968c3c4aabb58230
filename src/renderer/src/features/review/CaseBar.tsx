import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../../shared/contract/app/cases.ts';
import type { Neighbours } from '../../../../shared/contract/app/library.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { useActions } from '../../app/shortcuts.ts';
import { ActionKeys } from '../../components/Keys.tsx';
import { TopBar } from '../shell/TopBar.tsx';
import classes from './review.module.css';

interface CaseBarProps {
  /** Null: it is not read yet. */
  readonly view: CaseView | null;
  readonly neighbours: Neighbours | undefined;
}

/** Which case it is, where it stands among those of the library, and the way to the next ones. */
export function CaseBar({ view, neighbours }: CaseBarProps) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const { previous = null, next = null } = neighbours ?? {};
  const open = (caseId: string | null) => {
    if (caseId !== null) go({ view: 'case', caseId });
  };
  useActions({
    previousCase: () => {
      open(previous);
    },
    nextCase: () => {
      open(next);
    },
  });
  return (
    <TopBar
      title={
        <>
          <button
            type="button"
            className={classes['crumb']}
            onClick={() => {
              go({ view: 'library' });
            }}
          >
            {t('review.crumb')}
          </button>
          <span aria-hidden>/</span>
          {view !== null && <CaseTitle view={view} />}
        </>
      }
      actions={
        <>
          <Position neighbours={neighbours} />
          <StepButton text={t('review.previous')} action="previousCase" to={previous} onOpen={open} />
          <StepButton text={t('review.next')} action="nextCase" to={next} onOpen={open} />
        </>
      }
    />
  );
}

function CaseTitle({ view: { imageId, annotation, unblinded } }: { view: CaseView }) {
  const { t } = useTranslation();
  const reference = unblinded?.reference ?? null;
  return (
    <>
      <strong className={classes['imageId']}>{imageId}</strong>
      <span className={classes['badge']}>{t(`review.state.${annotation.content.state}`)}</span>
      {unblinded !== null && (
        <span className={classes['badge']}>
          {reference === null
            ? t('review.noReference')
            : t('review.reference', { name: t(`review.named.${reference}`) })}
        </span>
      )}
    </>
  );
}

function Position({ neighbours }: { neighbours: Neighbours | undefined }) {
  const { t } = useTranslation();
  if (neighbours === undefined) return null;
  const { position, total } = neighbours;
  return (
    <span className={classes['position']}>
      {position === null ? t('review.outside', { total }) : t('review.position', { position, total })}
    </span>
  );
}

interface StepButtonProps {
  readonly text: string;
  readonly action: 'previousCase' | 'nextCase';
  readonly to: string | null;
  readonly onOpen: (caseId: string | null) => void;
}

function StepButton({ text, action, to, onOpen }: StepButtonProps) {
  return (
    <Button
      variant="default"
      size="xs"
      disabled={to === null}
      rightSection={<ActionKeys action={action} />}
      onClick={() => {
        onOpen(to);
      }}
    >
      {text}
    </Button>
  );
}
