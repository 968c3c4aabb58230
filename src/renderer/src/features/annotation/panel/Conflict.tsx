import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Annotation } from '../../../../../shared/domain/annotation.ts';
import type { CurrentAnnotation } from '../../../../../shared/contract/app/annotations.ts';
import { changesBetween } from '../answer/changes.ts';
import { toBeStored } from '../answer/edits.ts';
import type { CaseDraft } from '../draft/caseDraft.ts';
import classes from './AnnotationPanel.module.css';
import { useAnswerWords } from './useAnswerWords.ts';

interface ConflictProps {
  readonly draft: CaseDraft;
  readonly answer: Annotation;
  readonly theirs: CurrentAnnotation;
}

/** Another window stored another answer of the same reviewer: which of the two it is to be. */
export function Conflict({ draft, answer, theirs }: ConflictProps) {
  const { t } = useTranslation();
  const words = useAnswerWords();
  const differences = changesBetween(toBeStored(answer), theirs.content).map(words.change);
  return (
    <div role="alert" className={classes['failure']}>
      <Text size="sm" c="var(--epsiloscope-caution)">
        {t('annotation.conflict.happened')}
      </Text>
      <p>{t('annotation.conflict.differences', { differences: differences.join('; ') })}</p>
      <p>{t('annotation.conflict.kept')}</p>
      <Group gap={8}>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            draft.settle('mine');
          }}
        >
          {t('annotation.conflict.mine')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            draft.settle('theirs');
          }}
        >
          {t('annotation.conflict.theirs')}
        </Button>
      </Group>
    </div>
  );
}
