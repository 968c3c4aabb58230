import { Popover, Stack, UnstyledButton } from '@mantine/core';
import { Trans, useTranslation } from 'react-i18next';
import { DIAGNOSES } from '../../../../shared/domain/diagnosis.ts';
import { ModelMark } from '../../components/ModelMark.tsx';
import { type Finding, findingOf } from './finding.ts';
import type { Evidence } from './lanes.ts';
import type { Look } from './look.ts';
import { ProvenanceList } from './ProvenanceList.tsx';
import { epsilonText } from './scale.ts';
import { shownAt } from './shown.ts';
import type { Side } from './useSide.ts';
import { probabilityOf, probabilityText, useSaid } from './words.ts';
import classes from './review.module.css';

interface SentenceProps {
  readonly sides: readonly Side[];
  readonly look: Look;
  readonly epsilon: number;
}

/** The verdicts in words that can be read aloud: what each model says, and what the smallest change found makes of it. */
export function Sentence({ sides, look, epsilon }: SentenceProps) {
  const { t } = useTranslation();
  const say = useSaid(look.attack);
  const said = sides
    .flatMap((side) => (side.evidence === null ? [] : [say(side, side.evidence, shownAt(side.evidence, epsilon))]))
    .join('; ');
  return (
    <section className={classes['sentence']} aria-label={t('review.sentence.title')}>
      {sides.map((side) => (
        <p key={side.compared.place} data-place={side.compared.place}>
          <ModelMark place={side.compared.place} /> <b className={classes['model']}>{side.compared.name}:</b>{' '}
          <Words side={side} look={look} />
        </p>
      ))}
      <p className={classes['aside']}>
        {said !== '' &&
          (epsilon === 0
            ? t('review.sentence.atClean', { said })
            : t('review.sentence.atEpsilon', { said, epsilon: epsilonText(look.attack.norm, epsilon) }))}{' '}
        {t('review.sentence.notADiagnosis')} <HowComputed sides={sides} />
      </p>
    </section>
  );
}

function Words({ side, look }: { side: Side; look: Look }) {
  const { t } = useTranslation();
  const { evidence, examining } = side;
  if (evidence === null) return t(examining.failure === null ? 'review.sentence.waiting' : 'review.sentence.noVerdict');
  const clean = t('review.sentence.clean', {
    name: t(`review.named.${evidence.verdict}`),
    probability: probabilityText(probabilityOf(evidence.probabilities, evidence.verdict)),
  });
  return (
    <>
      {clean},{' '}
      <FindingWords finding={findingOf(evidence, look.attack)} look={look} evidence={evidence} busy={examining.busy} />
    </>
  );
}

interface FindingWordsProps {
  readonly finding: Finding;
  readonly look: Look;
  readonly evidence: Evidence;
  readonly busy: boolean;
}

function FindingWords({ finding, look, busy }: FindingWordsProps) {
  const { t } = useTranslation();
  const { norm, criterion } = look.attack;
  const bold = { b: <b /> };
  switch (finding.kind) {
    case 'notApplicable':
      return t('review.sentence.notApplicable');
    case 'unknown':
      return t(busy ? 'review.sentence.waiting' : 'review.sentence.unknown');
    case 'changed': {
      const detail = [
        finding.belowOneStep && t('review.sentence.belowOneStep'),
        finding.harm === 'malignantLost' && t('review.sentence.lost'),
        finding.harm === 'malignantGained' && t('review.sentence.gained'),
        finding.notSearchedBelow !== null &&
          t('review.sentence.notBelow', { epsilon: epsilonText(norm, finding.notSearchedBelow) }),
      ];
      const values = {
        to: t(`review.named.${finding.to}`),
        epsilon: epsilonText(norm, finding.epsilon),
        detail: detail.filter((part) => part !== false).join(''),
      };
      return <Trans t={t} i18nKey="review.sentence.changed" values={values} components={bold} />;
    }
    case 'unchanged': {
      const epsilon = epsilonText(norm, finding.upTo);
      if (criterion.kind === 'targeted') {
        const target = DIAGNOSES[criterion.target];
        const values = { epsilon, target: target === undefined ? '' : t(`review.named.${target}`) };
        return <Trans t={t} i18nKey="review.sentence.unchangedTowards" values={values} components={bold} />;
      }
      return <Trans t={t} i18nKey={UNCHANGED[criterion.kind]} values={{ epsilon }} components={bold} />;
    }
  }
}

const UNCHANGED = {
  verdictChanged: 'review.sentence.unchanged',
  malignantToBenign: 'review.sentence.unchangedLost',
  benignToMalignant: 'review.sentence.unchangedGained',
} as const;

/** Where every figure of the sentence comes from. */
function HowComputed({ sides }: { sides: readonly Side[] }) {
  const { t } = useTranslation();
  return (
    <Popover width={400} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes['link'] ?? ''}>{t('review.provenance.show')}</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack
          gap="md"
          className={classes['scrolled'] ?? ''}
          role="region"
          aria-label={t('review.provenance.show')}
          tabIndex={0}
          data-autofocus
        >
          {sides.map((side) => (
            <SideComputed key={side.compared.place} side={side} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function SideComputed({ side: { compared, screened, examining } }: { side: Side }) {
  const { t } = useTranslation();
  const { examination } = examining;
  return (
    <section className={classes['computed']}>
      <h3>
        <ModelMark place={compared.place} /> {compared.name}
      </h3>
      {examination !== undefined && <ProvenanceList provenance={examination.provenance} />}
      {screened !== null && (
        <>
          <h4>{t('review.provenance.search')}</h4>
          <ProvenanceList provenance={screened.provenance} />
          {screened.survivesRounding !== null && (
            <p className={classes['aside']}>
              {t('review.provenance.rounding')}:{' '}
              {t(screened.survivesRounding ? 'review.provenance.survives' : 'review.provenance.lostByRounding')}
            </p>
          )}
        </>
      )}
      {examination === undefined && screened === null && (
        <p className={classes['aside']}>{t('review.provenance.none')}</p>
      )}
    </section>
  );
}
