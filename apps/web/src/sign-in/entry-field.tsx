import type { ReactNode } from "react";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { TextField } from "react-aria-components/TextField";

interface EntryFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete: string;
  readonly isSecret?: boolean;
  /** Digits, as a telephone's keyboard has them. */
  readonly isCode?: boolean;
  readonly isRequired?: boolean;
}

/** One line of a form. */
export function EntryField(props: EntryFieldProps): ReactNode {
  const { autoComplete, isCode, isRequired = true, isSecret, label, onChange, value } = props;
  return (
    <TextField
      value={value}
      onChange={onChange}
      type={isSecret ? "password" : "text"}
      autoComplete={autoComplete}
      isRequired={isRequired}
      validationBehavior="aria"
      {...(isCode && { inputMode: "numeric" as const })}
      className="mt-4 block"
    >
      <Label className="mb-1.5 block text-ink-soft">{label}</Label>
      <Input className="field w-full" />
    </TextField>
  );
}
