import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Diagnosis, isMalignantDiagnosis, MALIGNANT_FIRST } from '../../../../shared/domain/diagnosis.ts';
import { ModelMark } from '../../components/ModelMark.tsx';
import type { Look } from './look.ts';
import { MalignantMark } from './MalignantMark.tsx';
import { epsilonText } from './scale.ts';
import { saidAt, shownAt } from './shown.ts';
import type { Side } from './useSide.ts';
import { probabilityOf, probabilityText } from './words.ts';
import classes from './review.module.css';

interface ProbabilitiesProps {
  readonly sides: readonly Side[];
  readonly look: Look;
  readonly epsilon: number;
}

/** All seven probabilities of each model where the slider stands; a line marks what the clean input gave. */
export function Probabilities({ sides, look, epsilon }: ProbabilitiesProps) {
  const { t } = useTranslation();
  const fromElsewhere = sides
    .flatMap(({ compared, evidence }) => {
      const shown = evidence === null ? null : shownAt(evidence, epsilon);
      if (shown?.kind !== 'carried' && shown?.kind !== 'below') return [];
      const { point } = shown;
      const model = compared.name;
      if (point === null) return [t('review.probabilities.fromClean', { model })];
      return [t('review.probabilities.from', { model, epsilon: epsilonText(look.attack.norm, point.epsilon) })];
    })
    .join(', ');
  return (
    <table className={classes['probabilities']}>
      <caption>
        {epsilon === 0
          ? t('review.probabilities.titleClean')
          : t('review.probabilities.title', { epsilon: epsilonText(look.attack.norm, epsilon) })}
        {epsilon > 0 && <span>{fromElsewhere === '' ? t('review.probabilities.tick') : fromElsewhere}</span>}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('review.probabilities.diagnosis')}</th>
          {sides.map(({ compared: { place, name } }) => (
            <th key={place} scope="col">
              <ModelMark place={place} /> {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {MALIGNANT_FIRST.map((dx) => (
          <tr key={dx}>
            <th scope="row">
              {t(`diagnosis.${dx}`)} {isMalignantDiagnosis(dx) && <MalignantMark />}
            </th>
            {sides.map((side) => (
              <td key={side.compared.place}>
                <Probability side={side} dx={dx} epsilon={epsilon} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const percent = (share: number): string => `${share * 100}%`;

function Probability({ side, dx, epsilon }: { side: Side; dx: Diagnosis; epsilon: number }) {
  const { t } = useTranslation();
  const { evidence, compared, examining } = side;
  if (evidence === null) {
    return examining.failure === null ? (
      <Skeleton h={8} my={4} aria-label={t('review.probabilities.waiting')} />
    ) : (
      <span>{t('none')}</span>
    );
  }
  const { verdict, probabilities } = saidAt(evidence, shownAt(evidence, epsilon));
  const probability = probabilityOf(probabilities, dx);
  const clean = probabilityOf(evidence.probabilities, dx);
  return (
    <span className={classes['probability']} data-verdict={verdict === dx}>
      <span className={classes['bar']} aria-hidden>
        <span
          style={{ width: percent(probability), background: `var(--epsiloscope-${compared.place})` }}
          className={classes['fill']}
        />
        <span style={{ left: percent(clean) }} className={classes['tick']} />
      </span>
      <span title={t('review.probabilities.clean', { probability: probabilityText(clean) })}>
        {probabilityText(probability)}
      </span>
    </span>
  );
}
