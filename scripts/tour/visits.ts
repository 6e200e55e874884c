import type { Visit } from './walk.ts';

/** The way through all screens of the demo: what a person would look for, in the words of its fixture (assets/demo/homelab.yaml). */
export const visits: readonly Visit[] = [
  {
    screen: 'guests',
    stops: [
      { name: 'guests', keys: '2', shows: ['opnsense', 'traefik', /● running/, '2/3 nodes'] },
      { name: 'guests-filter', keys: '/tag:media<enter>', shows: ['jellyfin', '/tag:media'] },
    ],
    tabs: [{ name: 'guests-summary', keys: '<escape>/postgres<enter><enter>', shows: ['104 postgres', /cpu +[▁-█]/] }],
  },
];
