import { Tooltip, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Action } from '../../../../shared/domain/shortcut.ts';
import { type Place, useNavigation } from '../../app/navigation.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { ActionKeys } from '../../components/Keys.tsx';
import classes from './Rail.module.css';

type View = Place['view'];

const VIEWS = [
  { view: 'library', icon: 'library', action: 'goToLibrary' },
  { view: 'case', icon: 'case', action: 'goToCase' },
  { view: 'models', icon: 'models', action: 'goToModels' },
  { view: 'settings', icon: 'settings', action: 'goToSettings' },
] as const satisfies readonly { view: View; icon: IconName; action: Action }[];

/** The views, at the left edge of every one of them. */
export function Rail({ onGo }: { onGo: (view: View) => void }) {
  const { t } = useTranslation();
  const { place } = useNavigation();
  return (
    <nav className={classes['rail']} aria-label={t('shell.views')}>
      {VIEWS.map(({ view, icon, action }) => (
        <Tooltip
          key={view}
          position="right"
          label={
            <>
              {t(`shell.view.${view}`)} <ActionKeys action={action} />
            </>
          }
        >
          <UnstyledButton
            className={classes['view'] ?? ''}
            aria-label={t(`shell.view.${view}`)}
            aria-current={place.view === view ? 'page' : undefined}
            onClick={() => {
              onGo(view);
            }}
          >
            <Icon name={icon} />
          </UnstyledButton>
        </Tooltip>
      ))}
    </nav>
  );
}
