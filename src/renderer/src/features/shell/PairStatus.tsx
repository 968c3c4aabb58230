import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigation } from '../../app/navigation.tsx';
import { useComparedModels, useModels, type VerifiedModel } from '../../api/queries.ts';
import { Hash } from '../../components/Hash.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ModelMark, type PairPlace } from '../../components/ModelMark.tsx';
import classes from './StatusBar.module.css';

/** Which two models speak, by hash; and whether one was refused. A click leads to the models. */
export function PairStatus() {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const models = useModels();
  const pair = useComparedModels();
  const refused = models.data?.filter(({ status }) => status === 'refused').length ?? 0;
  const toModels = () => {
    go({ view: 'models' });
  };
  return (
    <>
      {pair !== null && (
        <UnstyledButton className={classes['item'] ?? ''} onClick={toModels}>
          <Model place="first" model={pair.first} />
          <Model place="second" model={pair.second} />
        </UnstyledButton>
      )}
      {(refused > 0 || models.isError) && (
        <UnstyledButton className={classes['item'] ?? ''} data-caution onClick={toModels}>
          <Icon name="caution" size={14} />
          {models.isError ? t('shell.models.failed') : t('shell.models.refused', { count: refused })}
        </UnstyledButton>
      )}
    </>
  );
}

function Model({ place, model }: { place: PairPlace; model: VerifiedModel }) {
  return (
    <>
      <ModelMark place={place} size={8} />
      {model.card.id} <Hash sha256={model.sha256} short />
    </>
  );
}
