import { ActionIcon, NativeSelect, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelPair } from '../../../../shared/contract/app/session.ts';
import { useSession, type VerifiedModel } from '../../api/queries.ts';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ModelMark, type PairPlace } from '../../components/ModelMark.tsx';
import { useSessionChange } from '../shell/changes.ts';
import { withModel } from './registry.ts';
import classes from './models.module.css';

/** Which two models are compared in every view. */
export function PairChoice({ models }: { models: readonly VerifiedModel[] }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const change = useSessionChange((api, pair: ModelPair) => api.session.choosePair(pair));
  const pair = session?.pair ?? null;
  if (session?.workspace === null) return <Text c="dimmed">{t('models.pair.needWorkspace')}</Text>;
  if (pair === null) return <Text c="var(--epsiloscope-caution)">{t('models.pair.needTwo')}</Text>;
  const choose = (place: PairPlace, sha256: string) => {
    change.mutate(withModel(pair, place, sha256));
  };
  return (
    <div className={classes['pair']} role="group" aria-label={t('models.pair.title')}>
      <span className={classes['strong']}>{t('models.pair.title')}</span>
      <ModelSelect place="first" pair={pair} models={models} onChoose={choose} />
      <Tooltip label={t('models.pair.swap')}>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('models.pair.swap')}
          onClick={() => {
            change.mutate({ first: pair.second, second: pair.first });
          }}
        >
          <Icon name="swap" size={16} />
        </ActionIcon>
      </Tooltip>
      <ModelSelect place="second" pair={pair} models={models} onChoose={choose} />
      <FailureDialog title={t('models.pair.failed')} error={change.error} onClose={change.reset} />
    </div>
  );
}

interface ModelSelectProps {
  readonly place: PairPlace;
  readonly pair: ModelPair;
  readonly models: readonly VerifiedModel[];
  readonly onChoose: (place: PairPlace, sha256: string) => void;
}

function ModelSelect({ place, pair, models, onChoose }: ModelSelectProps) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      size="xs"
      w={180}
      aria-label={t(`models.pair.${place}`)}
      leftSection={<ModelMark place={place} />}
      data={models.map(({ sha256, card }) => ({ value: sha256, label: card.id }))}
      value={pair[place]}
      onChange={(event) => {
        onChoose(place, event.currentTarget.value);
      }}
    />
  );
}
