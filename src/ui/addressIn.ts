/** Returns the address that a filter looks for, whole or in part; undefined when it looks for something else. */
export const addressIn = (filter: string): string | undefined => {
  for (const word of filter.toLowerCase().split(/\s+/)) {
    const bare = word.replace(/^ip:/, '');
    const isNamed = bare !== word && /^[\d.]*\d[\d.]*$|^[0-9a-f:]*:[0-9a-f:]*$/.test(bare);
    if (
      isNamed ||
      /^\d{1,3}(?:\.\d{1,3}){2,3}$/.test(bare) ||
      /^(?=.*:.*:)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}$/.test(bare)
    )
      return bare;
  }
  return undefined;
};
