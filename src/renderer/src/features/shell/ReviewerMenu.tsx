import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reviewer } from '../../../../shared/contract/app/session.ts';
import { useApi } from '../../api/connection.ts';
import { keys } from '../../api/keys.ts';
import { useSession } from '../../api/queries.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { Icon } from '../../components/Icon.tsx';
import { useSessionChange } from './changes.ts';
import { ReviewerForm } from './ReviewerForm.tsx';

/** Who reads: shows it, changes it, adds another one. */
export function ReviewerMenu() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [adding, setAdding] = useState(false);
  const choose = useSessionChange((api, id: string) => api.session.chooseReviewer({ id }));
  const reviewer = session?.reviewer ?? null;
  const leave = () => {
    setAdding(false);
  };
  return (
    <>
      <Menu position="bottom-end" width={260} withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            variant="default"
            size="xs"
            loading={choose.isPending}
            leftSection={<Icon name="person" size={16} />}
            rightSection={<Icon name="chevron" size={14} />}
            aria-label={
              reviewer === null ? t('shell.reviewer.choose') : t('shell.reviewer.now', { name: reviewer.name })
            }
          >
            {reviewer?.name ?? t('shell.reviewer.choose')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('shell.reviewer.title')}</Menu.Label>
          <Reviewers chosen={reviewer} onChoose={choose.mutate} />
          <Menu.Item
            leftSection={<Icon name="plus" size={14} />}
            onClick={() => {
              setAdding(true);
            }}
          >
            {t('shell.reviewer.add')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={adding} onClose={leave} title={t('shell.reviewer.addTitle')}>
        <ReviewerForm layout="row" leave={{ label: t('cancel'), onLeave: leave }} />
      </Dialog>
      <FailureDialog title={t('shell.reviewer.failed')} error={choose.error} onClose={choose.reset} />
    </>
  );
}

function Reviewers({ chosen, onChoose }: { chosen: Reviewer | null; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const api = useApi();
  const reviewers = useQuery({
    queryKey: keys.reviewers,
    queryFn: ({ signal }) => api.session.reviewers(undefined, { signal }),
  });
  if (reviewers.isError) {
    return <Menu.Item onClick={() => void reviewers.refetch()}>{t('shell.reviewer.notRead')}</Menu.Item>;
  }
  return reviewers.data?.map(({ id, name, role }) => (
    <Menu.Item
      key={id}
      {...(id === chosen?.id ? { leftSection: <Icon name="check" size={14} />, 'aria-current': true } : {})}
      onClick={() => {
        if (id !== chosen?.id) onChoose(id);
      }}
    >
      {role === '' ? name : t('shell.reviewer.nameAndRole', { name, role })}
    </Menu.Item>
  ));
}
