/** exactOptionalPropertyTypes: a key that is not known must not be there. */
export const known = <T extends object>(values: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
