import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ModelMark } from '../../components/ModelMark.tsx';
import { useModelNames } from './useModelNames.ts';
import classes from './ResultBar.module.css';

/** What the bars and numbers mean, and how they were found. */
export function Legend() {
  const { t } = useTranslation();
  const { first, second } = useModelNames();
  return (
    <Tooltip label={t('library.legendWhole')} multiline w={320}>
      <p className={classes['legend']} tabIndex={0}>
        <span className={classes['what']}>{t('library.legend')}</span>
        <span className={classes['model']}>
          <ModelMark place="first" /> {first}
        </span>
        <span className={classes['model']}>
          <ModelMark place="second" /> {second}
        </span>
      </p>
    </Tooltip>
  );
}
