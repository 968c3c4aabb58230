import { useTranslation } from 'react-i18next';
import classes from './Wordmark.module.css';

/** The name of the product as it is drawn; `height` in CSS pixels, from the highest to the lowest line. */
export function Wordmark({ height }: { height: number }) {
  const { t } = useTranslation();
  return <span role="img" aria-label={t('product')} className={classes['wordmark']} style={{ height }} />;
}
