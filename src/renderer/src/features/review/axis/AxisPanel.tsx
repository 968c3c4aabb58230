import { UnstyledButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../../../shared/contract/app/cases.ts';
import { useApi } from '../../../api/connection.ts';
import { useWork } from '../../../api/queries.ts';
import { Failure } from '../../../components/Failure.tsx';
import { smallestTried } from '../lanes.ts';
import type { ChangeLook, Look } from '../look.ts';
import { epsilonText, scaleOf } from '../scale.ts';
import { shownAt } from '../shown.ts';
import { isStop, stopsOf } from '../stops.ts';
import type { Side } from '../useSide.ts';
import { useSaid } from '../words.ts';
import { AttackPicker } from './AttackPicker.tsx';
import { EngineNotice } from './EngineNotice.tsx';
import { EpsilonAxis } from './EpsilonAxis.tsx';
import classes from './axis.module.css';

interface AxisPanelProps {
  readonly view: CaseView;
  readonly sides: readonly Side[];
  readonly look: Look;
  readonly changeLook: ChangeLook;
  readonly epsilon: number;
  readonly onMove: (epsilon: number) => void;
}

/** The epsilon axis, the attack that it stands for, and what was found where the slider stands. */
export function AxisPanel({ view, sides, look, changeLook, epsilon, onMove }: AxisPanelProps) {
  const { t } = useTranslation();
  const { norm } = look.attack;
  const stops = stopsOf(sides.flatMap(({ evidence }) => evidence?.points.map((point) => point.epsilon) ?? []));
  const say = useSaid(look.attack);
  const said = sides
    .flatMap((side) => (side.evidence === null ? [] : [say(side, side.evidence, shownAt(side.evidence, epsilon))]))
    .join('; ');
  const compute = (wanted: number) => {
    for (const { examining } of sides) examining.compute([wanted]);
  };
  return (
    <section className={classes['panel']} aria-label={t('review.axis.title')}>
      <div className={classes['header']}>
        <h2>{t('review.axis.title')}</h2>
        <span className={classes['unit']}>{t(norm === 'linf' ? 'review.axis.unitLinf' : 'review.axis.unitL2')}</span>
        <AttackPicker sides={sides} look={look} changeLook={changeLook} />
      </div>
      <EpsilonAxis
        scale={scaleOf(norm)}
        sides={sides}
        epsilon={epsilon}
        stops={stops}
        said={said}
        onMove={onMove}
        onCompute={compute}
      />
      <div className={classes['status']} role="status" aria-busy={sides.some(({ examining }) => examining.busy)}>
        <EngineNotice sides={sides} />
        {sides.map((side) => (
          <SideStatus key={side.compared.place} side={side} look={look} epsilon={epsilon} />
        ))}
        {!isStop(stops, epsilon) && !sides.some(({ examining }) => examining.busy) && (
          <>
            <span>{t('review.axis.notComputed', { epsilon: epsilonText(norm, epsilon) })}</span>
            <UnstyledButton
              className={classes['link'] ?? ''}
              onClick={() => {
                compute(epsilon);
              }}
            >
              {t('review.axis.compute')}
            </UnstyledButton>
          </>
        )}
        <SearchOffer view={view} sides={sides} look={look} />
      </div>
      {sides.map(
        ({ compared, examining }) =>
          examining.failure !== null && (
            <Failure key={compared.place} error={examining.failure} onRetry={examining.retry} />
          ),
      )}
    </section>
  );
}

/** How far a model's attack is, or what it did at the slider. */
function SideStatus({ side, look, epsilon }: { side: Side; look: Look; epsilon: number }) {
  const { t } = useTranslation();
  const { compared, examining, evidence } = side;
  const model = compared.name;
  if (examining.busy) {
    const { progress } = examining;
    return (
      <span>
        {progress === null
          ? t('review.axis.waiting', { model })
          : t('review.axis.computing', { model, done: progress.done, total: progress.total })}
      </span>
    );
  }
  if (evidence === null || examining.failure !== null) return null;
  const shown = shownAt(evidence, epsilon);
  const at = (value: number): string => epsilonText(look.attack.norm, value);
  if (shown.kind === 'carried') {
    return (
      <span>
        {t(shown.missed ? 'review.axis.missed' : 'review.axis.carried', { model, epsilon: at(shown.point.epsilon) })}
      </span>
    );
  }
  if (shown.kind !== 'own') return null;
  const { success, successStep, trajectory } = shown.point;
  if (!success) return <span>{t('review.axis.notChanged', { model, epsilon: at(epsilon) })}</span>;
  if (successStep === null || trajectory === null) return <span>{t('review.axis.changed', { model })}</span>;
  return <span>{t('review.axis.stepFound', { model, step: successStep, steps: trajectory.length - 1 })}</span>;
}

/** Says that no smaller epsilon was searched, and offers the search. */
function SearchOffer({ view, sides, look }: Pick<AxisPanelProps, 'view' | 'sides' | 'look'>) {
  const { t } = useTranslation();
  const api = useApi();
  const { data: works = [] } = useWork();
  const search = useMutation({
    mutationFn: (models: string[]) => api.work.screen({ selection: { kind: 'cases', ids: [view.caseId] }, models }),
  });
  const unsearched = sides.filter(({ screened }) => screened === null);
  const [smallest] = unsearched.flatMap(({ evidence }) => {
    const tried = evidence === null ? null : smallestTried(evidence);
    return tried === null ? [] : [tried];
  });
  if (look.attack.norm !== 'linf' || smallest === undefined) return null;
  if (works.some(({ kind, state }) => kind === 'screening' && state === 'running')) {
    return <span>{t('review.axis.searching')}</span>;
  }
  return (
    <>
      <span>{t('review.axis.notSearched', { epsilon: epsilonText('linf', smallest) })}</span>
      <UnstyledButton
        className={classes['link'] ?? ''}
        disabled={search.isPending}
        onClick={() => {
          search.mutate(unsearched.map(({ compared }) => compared.model.sha256));
        }}
      >
        {t('review.axis.search')}
      </UnstyledButton>
      {search.error !== null && (
        <Failure
          error={search.error}
          onRetry={() => {
            search.reset();
          }}
        />
      )}
    </>
  );
}
