import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNews } from '../../../api/news.ts';
import type { Side } from '../useSide.ts';
import classes from './axis.module.css';

/** Says that the engine ended while the case is open, until it computes again. */
export function EngineNotice({ sides }: { sides: readonly Side[] }) {
  const { t } = useTranslation();
  const [ended, setEnded] = useState(false);
  useNews(({ kind }) => {
    if (kind === 'engineEnded') setEnded(true);
  });
  const busy = sides.some(({ examining }) => examining.busy);
  const [wasBusy, setWasBusy] = useState(busy);
  if (busy !== wasBusy) {
    setWasBusy(busy);
    // Whoever computed and came to an end has found an engine.
    if (!busy) setEnded(false);
  }
  if (sides.some(({ examining }) => examining.askedAgain)) {
    return <span className={classes['caution']}>{t('review.engine.retrying')}</span>;
  }
  return ended ? <span className={classes['caution']}>{t('review.engine.ended')}</span> : null;
}
