export interface Partition {
  name: string;
  disk?: string;
  sizeBytes?: number;
  uuid?: string;
  label?: string;
  filesystem?: string;
  mountpoint?: string;
}
