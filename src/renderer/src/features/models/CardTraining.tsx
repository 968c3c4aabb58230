import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelCard } from '../../../../shared/contract/modelCard.ts';
import type { VerifiedModel } from '../../api/queries.ts';
import { Facts } from '../../components/Facts.tsx';
import { Hash } from '../../components/Hash.tsx';
import { CardPart } from './CardPart.tsx';
import { Training } from './ModelTable.tsx';
import classes from './models.module.css';

/** How a model was trained, and what was looked for in the course of it. */
export function CardTraining({ model }: { model: VerifiedModel }) {
  const { t, i18n } = useTranslation();
  const { training } = model.card;
  const finished = new Date(training.finishedAt);
  return (
    <>
      <CardPart title={t('models.card.training')}>
        <Facts
          rows={[
            [t('models.card.recipe'), <Training key="recipe" model={model} />],
            [t('models.card.data'), training.data],
            [t('models.card.dataHash'), hashOrNull(training.dataSha256)],
            [t('models.card.seed'), training.seed],
            [t('models.card.epoch'), training.chosenEpoch],
            [t('models.card.checkpoint'), training.checkpointChoice === '' ? null : training.checkpointChoice],
            [
              t('models.card.finished'),
              Number.isNaN(finished.getTime())
                ? training.finishedAt
                : finished.toLocaleDateString(i18n.language, { dateStyle: 'long' }),
            ],
            [t('models.card.fingerprint'), hashOrNull(training.numericsFingerprint)],
          ]}
        />
        <Hyperparameters training={training} />
      </CardPart>
      <CardPart title={t('models.card.findings')}>
        <Findings findings={training.findings} />
      </CardPart>
    </>
  );
}

const hashOrNull = (sha256: string | null) => (sha256 === null ? null : <Hash sha256={sha256} />);

function Hyperparameters({ training: { hyperparameters } }: { training: ModelCard['training'] }) {
  const { t } = useTranslation();
  const rows = Object.entries(hyperparameters).map(([name, value]) => [name, String(value)] as const);
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>{t('models.card.hyperparameters')}</summary>
      <Facts rows={rows} />
    </details>
  );
}

function Findings({ findings }: Pick<ModelCard['training'], 'findings'>) {
  const { t } = useTranslation();
  if (findings === null || findings.length === 0) {
    return <Text c="dimmed">{t('models.card.notLooked')}</Text>;
  }
  return findings.map(({ kind, found, text }) => (
    <div key={kind}>
      <Text c={found ? 'var(--epsiloscope-caution)' : 'var(--epsiloscope-strong)'}>
        {t(`models.card.finding.${kind}`)}: {t(found ? 'models.card.found' : 'models.card.notFound')}
      </Text>
      <Text className={classes['quiet'] ?? ''}>{text}</Text>
    </div>
  ));
}
