import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CheckedModel } from '../../../../shared/contract/api.ts';
import { formatEpsilon } from '../../../../shared/domain/epsilon.ts';
import { useBundledModels } from '../../api/queries.ts';
import { Failure } from '../../components/Failure.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import classes from './start.module.css';

/** The models that came with the program: how each was trained, and whether its files are what its card says. */
export function ModelsPanel() {
  const { t } = useTranslation();
  const models = useBundledModels();
  return (
    <Panel title={t('models.title')} busy={models.isFetching}>
      {models.isPending ? (
        <Waiting label={t('models.loading')} lines={2} />
      ) : models.isError ? (
        <Failure error={models.error} onRetry={() => void models.refetch()} />
      ) : models.data.length === 0 ? (
        <Text c="dimmed">{t('models.none')}</Text>
      ) : (
        <Stack component="ul" gap="sm" className={classes['models'] ?? ''}>
          {models.data.map((model) => (
            <li key={model.status === 'verified' ? model.id : model.folder}>
              <Model model={model} />
            </li>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Model({ model }: { model: CheckedModel }) {
  const { t } = useTranslation();
  if (model.status === 'refused') {
    return (
      <>
        <Text fw={600}>
          {model.folder}: {t('models.refused')}
        </Text>
        <Text c="var(--epsiloscope-caution)">{model.explanation.happened}</Text>
        <Text>{model.explanation.toDo}</Text>
      </>
    );
  }
  const strength = model.epsilon === null ? '' : ` ${t('models.upTo', { epsilon: formatEpsilon(model.epsilon) })}`;
  return (
    <Group justify="space-between" wrap="nowrap" align="baseline">
      <Text>
        <Text span fw={600} c="var(--epsiloscope-strong)">
          {model.id}
        </Text>{' '}
        {t(`models.recipe.${model.recipe}`)}
        {strength}
      </Text>
      <Text c="dimmed">{t('models.verified')}</Text>
    </Group>
  );
}
