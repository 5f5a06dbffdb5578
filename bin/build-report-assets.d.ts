export function assetModule(): string;
