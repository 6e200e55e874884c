import * as z from 'zod';

const secretName = /pass|secret|token|ticket|otp|key|credential/i;
const masked = '***';

const isSecret = (schema: z.ZodObject, name: string): boolean => {
  const field: unknown = schema.shape[name];
  return field instanceof z.ZodType && field.meta()?.['secret'] === true;
};

/** `password=x` of an API call: the name tells that the value is a secret. */
const maskAssignment = (text: string): string => {
  const at = text.indexOf('=');
  return at > 0 && secretName.test(text.slice(0, at)) ? `${text.slice(0, at)}=${masked}` : text;
};

/** Returns the input as the audit trail keeps it: fields marked `secret`, and assignments to secret names, are masked. */
export const maskedInput = (schema: z.ZodObject, input: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (isSecret(schema, name)) return [name, masked];
      if (Array.isArray(value))
        return [name, value.map((one: unknown) => (typeof one === 'string' ? maskAssignment(one) : one))];
      return [name, value];
    }),
  );
