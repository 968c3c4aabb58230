import { NativeSelect, NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AttackChoice } from '../../../../../shared/contract/app/cases.ts';
import { classIndexOf, DIAGNOSES, MALIGNANT_FIRST } from '../../../../../shared/domain/diagnosis.ts';
import { type ChosenCriterion, CHOICE_IDS, NUMBER_BOUNDS, numbersOf, withId, withNumber } from '../attackChoice.ts';

interface AttackFormProps {
  readonly choice: AttackChoice;
  readonly onChange: (choice: AttackChoice) => void;
}

const NORMS = ['linf', 'l2'] as const;
const LOSSES = ['crossEntropy', 'margin'] as const;
const DISTRIBUTIONS = ['uniform', 'gaussian'] as const;
const AIMS = ['verdictChanged', 'malignantToBenign', 'benignToMalignant', 'targeted'] as const;

/** All that a reviewer may choose of an attack; what it does not have is not asked. */
export function AttackForm({ choice, onChange }: AttackFormProps) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={2} spacing="sm">
      <Choice
        label={t('review.attack.choose')}
        value={choice.id}
        options={CHOICE_IDS}
        nameOf={(id) => t(`review.attack.names.${id}`)}
        onChange={(id) => {
          onChange(withId(choice, id));
        }}
      />
      <Choice
        label={t('review.attack.norm')}
        value={choice.norm}
        options={NORMS}
        nameOf={(norm) => t(`review.attack.norms.${norm}`)}
        onChange={(norm) => {
          onChange({ ...choice, norm });
        }}
      />
      {numbersOf(choice).map(([name, value]) => (
        <NumberInput
          key={name}
          size="xs"
          label={t(`review.attack.${name}`)}
          min={NUMBER_BOUNDS[name].least}
          max={NUMBER_BOUNDS[name].most}
          allowDecimal={false}
          value={value}
          onChange={(next) => {
            if (typeof next === 'number') onChange(withNumber(choice, name, next));
          }}
        />
      ))}
      {'loss' in choice && (
        <Choice
          label={t('review.attack.loss')}
          value={choice.loss}
          options={LOSSES}
          nameOf={(loss) => t(`review.attack.losses.${loss}`)}
          onChange={(loss) => {
            onChange({ ...choice, loss });
          }}
        />
      )}
      {choice.id === 'noise' && (
        <Choice
          label={t('review.attack.distribution')}
          value={choice.distribution}
          options={DISTRIBUTIONS}
          nameOf={(distribution) => t(`review.attack.distributions.${distribution}`)}
          onChange={(distribution) => {
            onChange({ ...choice, distribution });
          }}
        />
      )}
      <Aim
        criterion={choice.criterion}
        onChange={(criterion) => {
          onChange({ ...choice, criterion });
        }}
      />
    </SimpleGrid>
  );
}

interface AimProps {
  readonly criterion: ChosenCriterion;
  readonly onChange: (criterion: ChosenCriterion) => void;
}

function Aim({ criterion, onChange }: AimProps) {
  const { t } = useTranslation();
  return (
    <>
      <Choice
        label={t('review.attack.aim')}
        value={criterion.kind}
        options={AIMS}
        nameOf={(kind) => t(`review.attack.aims.${kind}`)}
        onChange={(kind) => {
          onChange(kind === 'targeted' ? { kind, target: classIndexOf('nv') } : { kind });
        }}
      />
      {criterion.kind === 'targeted' && (
        <Choice
          label={t('review.attack.target')}
          value={DIAGNOSES[criterion.target] ?? 'nv'}
          options={MALIGNANT_FIRST}
          nameOf={(dx) => t(`diagnosis.${dx}`)}
          onChange={(dx) => {
            onChange({ kind: 'targeted', target: classIndexOf(dx) });
          }}
        />
      )}
    </>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Value[];
  readonly nameOf: (value: Value) => string;
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, nameOf, onChange }: ChoiceProps<Value>) {
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={value}
      data={options.map((option) => ({ value: option, label: nameOf(option) }))}
      onChange={({ currentTarget }) => {
        const chosen = options.find((option) => option === currentTarget.value);
        if (chosen !== undefined) onChange(chosen);
      }}
    />
  );
}
