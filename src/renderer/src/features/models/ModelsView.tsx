import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisteredModel } from '../../../../shared/contract/app/models.ts';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import { useComparedModels, useModels, useSession } from '../../api/queries.ts';
import { Failure } from '../../components/Failure.tsx';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { Waiting } from '../../components/Waiting.tsx';
import { TopBar } from '../shell/TopBar.tsx';
import { CurveChart } from './CurveChart.tsx';
import { ModelCardPanel } from './ModelCardPanel.tsx';
import { ModelImport } from './ModelImport.tsx';
import { ModelTable } from './ModelTable.tsx';
import { PairChoice } from './PairChoice.tsx';
import { keyOf, verifiedOf } from './registry.ts';
import classes from './models.module.css';

/** The models at hand: which two are compared, what is known of each, and the way to another one. */
export function ModelsView() {
  const { t } = useTranslation();
  const models = useModels();
  const [chosen, setChosen] = useState<string | null>(null);
  const [importing, setImporting] = useState(false);
  const count = models.data?.length;
  return (
    <>
      <TopBar
        title={
          <>
            {t('models.title')}
            {count !== undefined && <span className={classes['count']}>{t('models.count', { count })}</span>}
          </>
        }
        actions={
          <>
            <CheckAgain />
            <Button
              size="xs"
              onClick={() => {
                setImporting(true);
              }}
            >
              {t('models.importModel')}
            </Button>
          </>
        }
      />
      {models.isPending ? (
        <div className={classes['waiting']}>
          <Waiting label={t('models.loading')} lines={8} />
        </div>
      ) : models.isError ? (
        <div className={classes['waiting']}>
          <Failure error={models.error} onRetry={() => void models.refetch()} />
        </div>
      ) : models.data.length === 0 ? (
        <Text className={classes['waiting'] ?? ''} c="dimmed">
          {t('models.none')}
        </Text>
      ) : (
        <Registry models={models.data} chosen={chosen} onChoose={setChosen} />
      )}
      <ModelImport
        opened={importing}
        onClose={() => {
          setImporting(false);
        }}
        onImported={(model) => {
          setChosen(keyOf(model));
        }}
      />
    </>
  );
}

interface RegistryProps {
  readonly models: readonly RegisteredModel[];
  /** Null: nothing chosen yet. */
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
}

function Registry({ models, chosen, onChoose }: RegistryProps) {
  const { data: session } = useSession();
  const compared = useComparedModels();
  const pair = session?.pair ?? null;
  const shown =
    models.find((model) => keyOf(model) === chosen) ??
    models.find((model) => model.status === 'verified' && model.sha256 === pair?.first) ??
    models[0];
  if (shown === undefined) return null;
  return (
    <div className={classes['registry']}>
      <div className={classes['left']} tabIndex={-1}>
        <PairChoice models={verifiedOf(models)} />
        <ModelTable models={models} pair={pair} chosen={keyOf(shown)} onChoose={onChoose} />
        {compared !== null && <CurveChart models={compared} />}
      </div>
      <ModelCardPanel key={keyOf(shown)} model={shown} />
    </div>
  );
}

function CheckAgain() {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const check = useMutation({
    mutationFn: () => api.models.check(),
    onSuccess: (models) => {
      queries.setQueryData(keys.models, models);
    },
  });
  return (
    <>
      <Button
        variant="default"
        size="xs"
        loading={check.isPending}
        onClick={() => {
          check.mutate();
        }}
      >
        {t('models.checkAgain')}
      </Button>
      <FailureDialog title={t('models.checkFailed')} error={check.error} onClose={check.reset} />
    </>
  );
}
