import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ModelMark } from '../../../components/ModelMark.tsx';
import { type ChangeLook, type Comparison, type Look, otherPlace, toggled } from '../look.ts';
import type { Side } from '../useSide.ts';
import { Tool, useNameWithKey } from './Tool.tsx';
import classes from './pictures.module.css';

interface InputToolsProps {
  readonly side: Side;
  readonly others: readonly Side[];
  readonly look: Look;
  readonly changeLook: ChangeLook;
  /** There is an attacked input to compare the original with. */
  readonly attacked: boolean;
  /** The original is wanted while this is pressed. */
  readonly onPress: (pressed: boolean) => void;
}

/** Whose attack is shown, and how it is compared with the original. */
export function InputTools({ side, others, look, changeLook, attacked, onPress }: InputToolsProps) {
  const { t } = useTranslation();
  const compare = (wanted: Comparison) => {
    changeLook({ comparison: toggled(look.comparison, wanted) });
  };
  return (
    <>
      <ModelSwitch sides={[side, ...others]} look={look} changeLook={changeLook} />
      {attacked && (
        <>
          <HoldTool onPress={onPress} />
          <Tool
            name={t('review.input.swipeName')}
            action="toggleSwipe"
            pressed={look.comparison === 'swipe'}
            onClick={() => {
              compare('swipe');
            }}
          >
            {t('review.input.swipe')}
          </Tool>
          <Tool
            name={t('review.input.blinkName')}
            action="toggleBlink"
            pressed={look.comparison === 'blink'}
            onClick={() => {
              compare('blink');
            }}
          >
            {t('review.input.blink')}
          </Tool>
        </>
      )}
    </>
  );
}

interface ModelSwitchProps {
  readonly sides: readonly Side[];
  readonly look: Look;
  readonly changeLook: ChangeLook;
}

function ModelSwitch({ sides, look, changeLook }: ModelSwitchProps) {
  const { t } = useTranslation();
  const inOrder = sides.toSorted((one, other) => one.compared.place.localeCompare(other.compared.place, 'en'));
  return (
    <span role="group" aria-label={t('review.input.model')} className={classes['switch']}>
      {inOrder.map(({ compared: { place, name } }) => (
        <Tool
          key={place}
          name={name}
          {...(place === otherPlace(look.place) ? { action: 'switchModel' as const } : {})}
          pressed={look.place === place}
          onClick={() => {
            changeLook({ place });
          }}
        >
          <ModelMark place={place} />
        </Tool>
      ))}
    </span>
  );
}

/** Shows the original as long as it is pressed, by pointer or with Enter. */
function HoldTool({ onPress }: { onPress: (pressed: boolean) => void }) {
  const { t } = useTranslation();
  const name = useNameWithKey()(t('review.input.originalName'), 'showOriginal');
  const press = () => {
    onPress(true);
  };
  const release = () => {
    onPress(false);
  };
  return (
    <UnstyledButton
      className={classes['tool'] ?? ''}
      title={name}
      aria-label={name}
      onPointerDown={press}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') press();
      }}
      onKeyUp={release}
      onBlur={release}
    >
      {t('review.input.original')}
    </UnstyledButton>
  );
}
