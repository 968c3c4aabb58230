import { useTranslation } from 'react-i18next';
import type { ListedVerdict } from '../../../../shared/contract/app/library.ts';
import { ModelMark, type PairPlace } from '../../components/ModelMark.tsx';
import { epsilonBar } from './epsilonBar.ts';
import classes from './EpsilonBars.module.css';

interface EpsilonBarsProps {
  readonly first: ListedVerdict | null;
  readonly second: ListedVerdict | null;
}

/** The smallest epsilons of both models, side by side on the epsilon axis. Its words stand in the label of the card. */
export function EpsilonBars({ first, second }: EpsilonBarsProps) {
  return (
    <div className={classes['bars']}>
      <Bar place="first" verdict={first} />
      <Bar place="second" verdict={second} />
    </div>
  );
}

function Bar({ place, verdict }: { place: PairPlace; verdict: ListedVerdict | null }) {
  const { t } = useTranslation();
  const bar = epsilonBar(verdict);
  if (bar.kind === 'notSearched') {
    return (
      <div className={classes['bar']}>
        <ModelMark place={place} size={9} />
        <span className={classes['missing']}>{t('library.card.notSearched')}</span>
      </div>
    );
  }
  const share = bar.kind === 'unchanged' ? 1 : bar.share;
  return (
    <div className={classes['bar']}>
      <ModelMark place={place} size={9} />
      <span className={classes['track']}>
        <span
          className={classes['fill']}
          data-open={bar.kind === 'unchanged' || undefined}
          style={{ width: `${100 * share}%`, background: `var(--epsiloscope-${place})` }}
        />
      </span>
      <span className={classes['number']}>{bar.kind === 'unchanged' ? t('library.card.above') : bar.number}</span>
    </div>
  );
}
