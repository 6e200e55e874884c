import { split } from '../models/qualified.ts';
import type { Facts } from './facts.ts';

/** The facts of several clusters: each is asked of the cluster that its subject names. What is the whole cluster's is nobody's here. */
export const combineFacts = (members: readonly { readonly contextName: string; readonly facts: Facts }[]): Facts => {
  const factsOf = (name: string): { readonly facts: Facts | undefined; readonly own: string } => {
    const { context, own } = split(name);
    return { facts: members.find(({ contextName }) => contextName === context)?.facts, own };
  };
  return {
    get version() {
      return members.reduce((sum, { facts }) => sum + facts.version, 0);
    },
    get: (kind, subject = '') => {
      const { facts, own } = factsOf(subject);
      return facts?.get(kind, own);
    },
    backupOf: (guest) => {
      const { facts, own } = factsOf(guest.id);
      return facts?.backupOf({ ...guest, id: own });
    },
    addressesOf: (guest) => {
      const { facts, own } = factsOf(guest.id);
      return facts?.addressesOf({ ...guest, id: own });
    },
    trendOf: (storage) => {
      const { facts, own } = factsOf(storage.id);
      const place = { node: split(storage.node).own, storage: split(storage.storage).own };
      return facts?.trendOf({ ...storage, ...place, id: own });
    },
    learnAddresses: (guest, addresses, at) => {
      const { facts, own } = factsOf(guest.id);
      facts?.learnAddresses({ ...guest, id: own }, addresses, at);
    },
    look: () => {
      const ends = members.map(({ facts }) => facts.look());
      return () => ends.forEach((end) => end());
    },
    subscribe: (listener) => {
      const ends = members.map(({ facts }) => facts.subscribe(listener));
      return () => ends.forEach((end) => end());
    },
  };
};
