import { Skeleton, VisuallyHidden } from '@mantine/core';
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
  return (
    <table className={classes['probabilities']}>
      <caption>
        <VisuallyHidden>{t('review.probabilities.title')}</VisuallyHidden>
      </caption>
      <thead>
        <tr>
          <th scope="col">
            {epsilon === 0
              ? t('review.probabilities.clean')
              : t('review.probabilities.at', { epsilon: epsilonText(look.attack.norm, epsilon) })}
          </th>
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
  const shown = shownAt(evidence, epsilon);
  const { verdict, probabilities } = saidAt(evidence, shown);
  const probability = probabilityOf(probabilities, dx);
  const clean = probabilityOf(evidence.probabilities, dx);
  return (
    <span
      className={classes['probability']}
      data-verdict={verdict === dx}
      // Of another epsilon than the slider's: the sentence says of which.
      data-elsewhere={shown.kind === 'below'}
    >
      <span className={classes['bar']} aria-hidden>
        <span
          style={{ width: percent(probability), background: `var(--epsiloscope-${compared.place})` }}
          className={classes['fill']}
        />
        <span style={{ left: percent(clean) }} className={classes['tick']} />
      </span>
      <span title={t('review.probabilities.cleanWas', { probability: probabilityText(clean) })}>
        {probabilityText(probability)}
      </span>
    </span>
  );
}
