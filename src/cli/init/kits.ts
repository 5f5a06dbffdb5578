/** A file of `deploy/`, and where it goes. */
export interface KitFile {
  readonly from: string;
  readonly to: string;
}

export interface Kit {
  readonly files: readonly KitFile[];
  /** What is left to do. */
  readonly next: string;
}

export const CONFIG_FILE: KitFile = { from: 'postern.config.yaml', to: 'postern.config.yaml' };

/** What `postern init --ci NAME` writes. A new one is its files in `deploy/` and a line here. */
export const KITS = {
  github: {
    files: [{ from: 'github/postern.yml', to: '.github/workflows/postern.yml' }],
    next: 'commit it; findings show at the lines of a pull request and under Security > Code scanning',
  },
  gitlab: {
    files: [{ from: 'gitlab/postern.gitlab-ci.yml', to: '.gitlab/postern.gitlab-ci.yml' }],
    next: 'in .gitlab-ci.yml: include: { local: .gitlab/postern.gitlab-ci.yml }',
  },
  'pre-commit': {
    files: [{ from: 'pre-commit/.pre-commit-config.yaml', to: '.pre-commit-config.yaml' }],
    next: 'pre-commit install',
  },
  systemd: {
    files: [
      { from: 'systemd/postern.service', to: 'postern.service' },
      { from: 'systemd/postern.timer', to: 'postern.timer' },
    ],
    next: 'copy them to /etc/systemd/system, the configuration to /etc/postern, then: systemctl enable --now postern.timer',
  },
  kubernetes: {
    files: [{ from: 'kubernetes/cronjob.yaml', to: 'postern-cronjob.yaml' }],
    next: 'name your image and targets in it, then: kubectl apply -f postern-cronjob.yaml',
  },
} as const satisfies Readonly<Record<string, Kit>>;

export type KitName = keyof typeof KITS;
