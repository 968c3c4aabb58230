import { Button, Group, Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FIRST_ATTACK } from '../../../../../shared/contract/app/cases.ts';
import { ModelMark } from '../../../components/ModelMark.tsx';
import type { ChangeLook, Look } from '../look.ts';
import { ProvenanceList } from '../ProvenanceList.tsx';
import type { Side } from '../useSide.ts';
import { useAttackWords } from '../words.ts';
import { AttackForm } from './AttackForm.tsx';
import classes from './axis.module.css';

interface AttackPickerProps {
  readonly sides: readonly Side[];
  readonly look: Look;
  readonly changeLook: ChangeLook;
}

/** The attack in a few words; opened: all its parameters, to be chosen, and how what is shown was computed. */
export function AttackPicker({ sides, look, changeLook }: AttackPickerProps) {
  const { t } = useTranslation();
  const words = useAttackWords();
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState(look.attack);
  const spoken = { attack: words.short(look.attack), norm: words.norm(look.attack) };
  const attackWith = (attack: Look['attack']) => {
    changeLook({ attack });
    setOpened(false);
  };
  const shape = sides.find(({ examining }) => examining.examination !== undefined)?.examining.examination?.shape;
  return (
    <Popover opened={opened} onChange={setOpened} width={420} position="top-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes['chip'] ?? ''}
          aria-label={t('review.attack.buttonName', spoken)}
          onClick={() => {
            setDraft(look.attack);
            setOpened(!opened);
          }}
        >
          {t('review.attack.button', spoken)}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes['dropdown'] ?? ''} aria-label={t('review.attack.title')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            attackWith(draft);
          }}
        >
          <Stack gap="sm">
            <AttackForm choice={draft} onChange={setDraft} />
            {draft.norm === 'l2' && <Text c="dimmed">{t('review.attack.l2Note')}</Text>}
            {shape !== undefined && <Text c="dimmed">{t('review.attack.perturbs', { ...shape })}</Text>}
            <Group gap="sm">
              <Button type="submit" size="xs">
                {t('review.attack.apply')}
              </Button>
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  attackWith(FIRST_ATTACK);
                }}
              >
                {t('review.attack.reset')}
              </Button>
            </Group>
          </Stack>
        </form>
        <Stack gap="sm" mt="md">
          {sides.map((side) => (
            <SideProvenance key={side.compared.place} side={side} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function SideProvenance({ side: { compared, examining } }: { side: Side }) {
  const { t } = useTranslation();
  const { examination } = examining;
  return (
    <section className={classes['computed']}>
      <h3>
        <ModelMark place={compared.place} /> {compared.name}
      </h3>
      {examination === undefined ? (
        <Text c="dimmed">{t('review.provenance.none')}</Text>
      ) : (
        <ProvenanceList provenance={examination.provenance} />
      )}
    </section>
  );
}
