import { Skeleton, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseView as Case } from '../../../../shared/contract/app/cases.ts';
import type { Neighbours } from '../../../../shared/contract/app/library.ts';
import { useComparedModels, useModels, useSession } from '../../api/queries.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { Failure } from '../../components/Failure.tsx';
import { AnnotationPanel } from '../annotation/AnnotationPanel.tsx';
import { AnnotationProvider } from '../annotation/AnnotationProvider.tsx';
import { AttackedCase } from './AttackedCase.tsx';
import { CaseBar } from './CaseBar.tsx';
import { FIRST_LOOK, type Look } from './look.ts';
import { comparedModel } from './model.ts';
import { LinkedPictures } from './pictures/LinkedPictures.tsx';
import { UnattackedCase } from './UnattackedCase.tsx';
import { useCase, useNeighbours, usePrefetched } from './useCase.ts';
import classes from './review.module.css';

/** One case: what the models say, what an attack makes of it, and the reviewer's own answer. */
export function CaseView({ caseId }: { caseId: string }) {
  const { data: view, error, refetch } = useCase(caseId);
  const neighbours = useNeighbours(caseId);
  usePrefetched(caseId, neighbours);
  return (
    <div className={classes['view']}>
      <CaseBar view={view ?? null} neighbours={neighbours} />
      {view === undefined && error === null && <CaseSkeleton />}
      {view === undefined && error !== null && (
        <div className={classes['failure']}>
          <Failure error={error} onRetry={() => void refetch()} />
        </div>
      )}
      <LoadedCase view={view} neighbours={neighbours} />
    </div>
  );
}

/** Keeps how the reviewer looks at cases while one makes way for the next. */
function LoadedCase({ view, neighbours }: { view: Case | undefined; neighbours: Neighbours | undefined }) {
  const { t } = useTranslation();
  const [look, setLook] = useState<Look>(FIRST_LOOK);
  const { go } = useNavigation();
  const models = useComparedModels();
  const known = useKnowsModels();
  if (view === undefined) return null;
  const changeLook = (change: Partial<Look>) => {
    setLook((before) => ({ ...before, ...change }));
  };
  const onNext = () => {
    const next = neighbours?.next ?? null;
    go(next === null ? { view: 'library' } : { view: 'case', caseId: next });
  };
  const seen = { view, look, changeLook };
  return (
    <AnnotationProvider view={view}>
      <div className={classes['body']}>
        <LinkedPictures key={view.caseId} lens={look.lens}>
          {view.unblinded === null && <UnattackedCase {...seen} reason="blind" />}
          {view.unblinded !== null && models === null && known && <UnattackedCase {...seen} reason="noPair" />}
          {view.unblinded !== null && models === null && !known && <UnattackedCase {...seen} reason="waiting" />}
          {view.unblinded !== null && models !== null && (
            <AttackedCase
              {...seen}
              first={comparedModel('first', models.first)}
              second={comparedModel('second', models.second)}
            />
          )}
        </LinkedPictures>
        {/* One and the same whatever is shown beside it: the first answer to a blind case changes that while one types. */}
        <section className={classes['answer']} aria-label={t('review.answer')}>
          <AnnotationPanel onNext={onNext} />
        </section>
      </div>
    </AnnotationProvider>
  );
}

/** Whether it is known which models there are: only then can it be said that there is no pair. */
function useKnowsModels(): boolean {
  const session = useSession();
  const models = useModels();
  return session.data !== undefined && models.data !== undefined;
}

/** The places of what is on its way. */
function CaseSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={classes['body']} role="status">
      <VisuallyHidden>{t('review.loading')}</VisuallyHidden>
      <div className={classes['main']}>
        <div className={classes['pictures']}>
          <Skeleton h="100%" />
          <Skeleton h="100%" />
          <Skeleton h="100%" />
        </div>
        <Skeleton h={166} />
        <Skeleton h={124} />
      </div>
      <div className={classes['side']}>
        <Skeleton h={130} mb={12} />
        <Skeleton h={200} mb={12} />
        <Skeleton h={280} />
      </div>
    </div>
  );
}
