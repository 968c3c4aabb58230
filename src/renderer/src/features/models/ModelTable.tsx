import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RegisteredModel } from '../../../../shared/contract/app/models.ts';
import type { ModelPair } from '../../../../shared/contract/app/session.ts';
import { epsilonFrom255, formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import type { VerifiedModel } from '../../api/queries.ts';
import { Hash } from '../../components/Hash.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ModelMark, type PairPlace } from '../../components/ModelMark.tsx';
import { FigureCell } from './FigureText.tsx';
import { figureAt } from './figures.ts';
import { keyOf, nameOf, placeOf } from './registry.ts';
import classes from './models.module.css';

/** Where the list compares models under attack: the radius that the bundled ones were trained against. */
const COMPARED_AT = epsilonFrom255(4);

interface ModelTableProps {
  readonly models: readonly RegisteredModel[];
  readonly pair: ModelPair | null;
  /** Key of the model whose card is shown. */
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

/** All models at hand, one beneath the other: state, training, and what is left of each under attack. */
export function ModelTable({ models, pair, chosen, onChoose }: ModelTableProps) {
  const { t } = useTranslation();
  return (
    <table className={classes['models']} aria-label={t('models.table.caption')}>
      <thead>
        <tr>
          <th scope="col">{t('models.table.model')}</th>
          <th scope="col">{t('models.table.training')}</th>
          <th scope="col">{t('models.table.clean')}</th>
          <th scope="col">{t('models.table.attacked', { epsilon: formatEpsilon(COMPARED_AT) })}</th>
          <th scope="col">{t('models.table.state')}</th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => {
          const key = keyOf(model);
          return (
            <tr key={key} data-chosen={key === chosen || undefined}>
              <th scope="row">
                <ModelName
                  model={model}
                  place={placeOf(model, pair)}
                  chosen={key === chosen}
                  onChoose={() => {
                    onChoose(key);
                  }}
                />
              </th>
              {model.status === 'verified' ? (
                <Measured model={model} place={placeOf(model, pair)} />
              ) : (
                <td colSpan={3}>{model.explanation.happened}</td>
              )}
              <td>
                <State model={model} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface ModelNameProps {
  readonly model: RegisteredModel;
  readonly place: PairPlace | null;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function ModelName({ model, place, chosen, onChoose }: ModelNameProps) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className={classes['name'] ?? ''} aria-current={chosen ? 'true' : undefined} onClick={onChoose}>
      <span className={classes['mark']}>{place !== null && <ModelMark place={place} />}</span>
      <span>
        <span className={classes['strong']}>{nameOf(model)}</span>
        <span className={classes['below']}>{t(`models.source.${model.source}`)}</span>
      </span>
    </UnstyledButton>
  );
}

function Measured({ model, place }: { model: VerifiedModel; place: PairPlace | null }) {
  const { card } = model;
  return (
    <>
      <td>
        <Training model={model} />
      </td>
      <td>
        <FigureCell measured={figureAt(card, 'balancedAccuracy', null)} place={place} />
      </td>
      <td>
        <FigureCell measured={figureAt(card, 'balancedAccuracy', COMPARED_AT)} place={place} />
      </td>
    </>
  );
}

/** `trained against PGD, up to 4/255` */
export function Training({ model }: { model: VerifiedModel }) {
  const { t } = useTranslation();
  const { recipe, epsilon } = model.card.training;
  const words = t(`recipe.${recipe}`);
  return epsilon === null ? words : t('models.trainedUpTo', { recipe: words, epsilon: formatEpsilon(epsilon) });
}

function State({ model }: { model: RegisteredModel }) {
  const { t } = useTranslation();
  return (
    <span title={t(`models.stateExplained.${model.status}`)}>
      <span className={classes['state']} data-state={model.status}>
        <Icon name={model.status === 'verified' ? 'check' : 'caution'} size={14} />
        {t(`models.state.${model.status}`)}
      </span>
      {model.status === 'verified' && (
        <span className={classes['below']}>
          <Hash sha256={model.sha256} short />
        </span>
      )}
    </span>
  );
}
