import { isIP } from 'node:net';
import { ProxdeckError } from '../models/error.ts';

/** Where a server listens. */
export interface Address {
  /** Name or IP without brackets. */
  readonly host: string;
  readonly port: number;
  /** `pve1:8006`, `[::1]:8006`: as it is shown and written in the Host header. */
  readonly text: string;
}

/** The address of a host (name or IP without brackets) and port. */
export const addressOf = (host: string, port: number): Address => ({
  host,
  port,
  text: `${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
});

const form = /^(?:https:\/\/)?(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]]+))(?::(\d{1,5}))?(?:\/(?:api2(?:\/json)?\/?)?)?$/i;

/**
 * Reads an address as a person writes it: name or IP, with or without `https://`, port (8006 when absent) and `/api2/json`.
 * Throws `config` for anything else.
 */
export const parseAddress = (text: string): Address => {
  const [, bracketed, plain, portText] = form.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = portText === undefined ? 8006 : Number(portText);
  if (host === undefined || (bracketed !== undefined && isIP(bracketed) !== 6) || port < 1 || port > 65_535) {
    throw new ProxdeckError('config', `“${text}” is not the address of a Proxmox VE server.`, {
      hint: 'Write it as https://pve1.example.org:8006, or only the name or IP of the node.',
    });
  }
  return addressOf(host, port);
};
