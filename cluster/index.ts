/** The package's public face. */
export * from "./arguments";
export * from "./node";
export { HarborCluster } from "./harbor-cluster";
export type { ClusterDnsRecord, ClusterNodeAddress, ClusterRelease } from "./outputs";
