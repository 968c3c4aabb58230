import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisteredModel } from '../../../../shared/contract/app/models.ts';
import type { VerifiedModel } from '../../api/queries.ts';
import { Explained } from '../../components/Explained.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Hash } from '../../components/Hash.tsx';
import { CardFigures } from './CardFigures.tsx';
import { CardPart } from './CardPart.tsx';
import { CardTraining } from './CardTraining.tsx';
import { RemoveModel } from './RemoveModel.tsx';
import classes from './models.module.css';

/** All that is known of one model, from its card; or why it was refused. */
export function ModelCardPanel({ model }: { model: RegisteredModel }) {
  const { t } = useTranslation();
  if (model.status === 'verified') return <Card model={model} />;
  const title = t('models.refused.title', { name: model.name });
  return (
    <aside className={classes['card']} aria-label={title}>
      <Title order={2} c="var(--epsiloscope-strong)">
        {title}
      </Title>
      <Explained {...model.explanation} />
    </aside>
  );
}

function Card({ model }: { model: VerifiedModel }) {
  const { t } = useTranslation();
  const { card, sha256, source } = model;
  const [removing, setRemoving] = useState(false);
  return (
    <aside className={classes['card']} aria-label={t('models.card.title', { id: card.id })} tabIndex={0}>
      <Stack gap={2}>
        <Title order={2} c="var(--epsiloscope-strong)">
          {card.title}
        </Title>
        <Hash sha256={sha256} />
      </Stack>
      <CardPart title={t('models.card.figures')}>
        <CardFigures card={card} />
      </CardPart>
      <CardPart title={t('models.card.limits')}>
        <ul className={classes['limits']}>
          {card.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
        <Text>{card.intendedUse}</Text>
      </CardPart>
      <CardTraining model={model} />
      <CardPart title={t('models.card.network')}>
        <Network model={model} />
      </CardPart>
      <CardPart title={t('models.card.rights')}>
        <Facts
          rows={[
            [t('models.card.licence'), card.licence],
            [t('models.card.attribution'), card.attribution],
          ]}
        />
      </CardPart>
      {source === 'imported' && (
        <Group>
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              setRemoving(true);
            }}
          >
            {t('models.remove.button')}
          </Button>
          <RemoveModel
            model={model}
            opened={removing}
            onClose={() => {
              setRemoving(false);
            }}
          />
        </Group>
      )}
    </aside>
  );
}

function Network({ model: { card, sha256 } }: { model: VerifiedModel }) {
  const { t, i18n } = useTranslation();
  const { architecture, input, files } = card;
  return (
    <>
      <Facts
        rows={[
          [
            t('models.card.architecture'),
            t('models.card.architectureText', {
              name: architecture.name,
              parameters: architecture.parameters.toLocaleString(i18n.language),
            }),
          ],
          [t('models.card.input'), t('models.card.inputText', { width: input.width, height: input.height })],
        ]}
      />
      <details>
        <summary>{t('models.card.files')}</summary>
        <Facts
          rows={[[t('models.card.cardFile'), sha256] as const, ...Object.entries(files)].map(
            ([name, hash]) => [name, <Hash key={name} sha256={hash} />] as const,
          )}
        />
      </details>
    </>
  );
}
