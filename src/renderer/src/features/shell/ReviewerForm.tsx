import { Button, Flex, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST_REVIEWER_TEXT } from '../../../../shared/contract/app/session.ts';
import { Refusal } from '../../components/Failure.tsx';
import { useSessionChange } from './changes.ts';

interface ReviewerFormProps {
  readonly layout: 'row' | 'column';
  /** The way out without an answer, which is also taken once the reviewer was added; none: the form stays until then. */
  readonly leave?: { readonly label: string; readonly onLeave: () => void };
}

/** Name and role of a new reviewer, who is the one at work from then on. */
export function ReviewerForm({ layout, leave }: ReviewerFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [role, setRole] = useState('');
  const add = useSessionChange((api, reviewer: { name: string; role: string }) => api.session.addReviewer(reviewer));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    add.mutate({ name: name.trim(), role: role.trim() }, { onSuccess: () => leave?.onLeave() });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Flex gap="sm" direction={layout} align={layout === 'row' ? 'flex-end' : 'stretch'} wrap="wrap">
          <TextInput
            size="xs"
            label={t('shell.reviewer.name')}
            value={name}
            maxLength={LONGEST_REVIEWER_TEXT}
            autoComplete="off"
            data-autofocus
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <TextInput
            size="xs"
            label={t('shell.reviewer.role')}
            placeholder={t('shell.reviewer.roleExample')}
            value={role}
            maxLength={LONGEST_REVIEWER_TEXT}
            autoComplete="off"
            onChange={(event) => {
              setRole(event.currentTarget.value);
            }}
          />
          <Button type="submit" size="xs" loading={add.isPending} disabled={name.trim() === ''}>
            {t('shell.reviewer.begin')}
          </Button>
          {leave && (
            <Button variant="default" size="xs" onClick={leave.onLeave}>
              {leave.label}
            </Button>
          )}
        </Flex>
        {add.isError && (
          <div role="alert">
            <Refusal error={add.error} />
          </div>
        )}
      </Stack>
    </form>
  );
}
