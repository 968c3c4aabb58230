import { useTranslation } from 'react-i18next';
import classes from './review.module.css';

/** The letter beside a malignant or premalignant diagnosis. */
export function MalignantMark() {
  const { t } = useTranslation();
  return (
    <abbr className={classes['malignant']} title={t('malignant')}>
      {t('malignantMark')}
    </abbr>
  );
}
