import { assertEquals } from "@std/assert";
import { assembled, factsOf, ok } from "./assembled.ts";

const DMIDECODE = `Handle 0x0000, DMI type 0, 26 bytes
BIOS Information
	Vendor: American Megatrends International, LLC.
	Version: 5.32
	Release Date: 05/03/2024

Handle 0x0001, DMI type 43, 31 bytes
TPM Device
	Vendor ID: INTC
	Specification Version: 2.0
	Firmware Revision: 500.14
	Description: INTEL

Handle 0x0002, DMI type 45, 46 bytes
Firmware Inventory Information
	Firmware Component Name: BIOS Firmware
	Firmware Version: 5.32
	Release Date: 05/03/2024
	Manufacturer: Default string
	State: Enabled

Handle 0x0003, DMI type 45, 46 bytes
Firmware Inventory Information
	Firmware Component Name: BMC Firmware
	Firmware Version: 1.01
	Firmware ID: Not Specified
	Release Date: 2021-05-15T00:00:00Z
	Manufacturer: A3F
	Lowest Supported Firmware Version: 1.00
	Image Size: Unknown
	Characteristics:
		Updatable: Yes
		Write-Protect: No
	State: Enabled

Handle 0x0004, DMI type 45, 46 bytes
Firmware Inventory Information
	Firmware Component Name: Retimer
	Firmware Version: Not Specified
`;

const BMC = {
  component: "BMC Firmware",
  version: "1.01",
  manufacturer: "A3F",
  releaseDate: "2021-05-15",
  lowestSupportedVersion: "1.00",
  updatable: true,
};

Deno.test("firmwares[] has every version once, with the component that it is of", () => {
  const { firmwares } = assembled({
    dmidecode: DMIDECODE,
    hostfs: {
      cpu: { microcode: "0x5003604" },
      nics: [{ name: "eth0", physical: true, pciAddress: "0000:3b:00.0" }, { name: "eth1", physical: true }],
      disks: [{ name: "sda", firmware: "DL63" }],
      pci: [{ address: "0000:3b:00.0" }, { address: "0000:5e:00.0" }],
      vpd: [
        { address: "0000:3b:00.0", firmware: "22.31.6" },
        { address: "0000:5e:00.0", cardName: "LPe35002", firmware: "12.8.340.8" },
      ],
    },
  });
  assertEquals(firmwares, [
    {
      component: "BIOS",
      version: "5.32",
      manufacturer: "American Megatrends International, LLC.",
      releaseDate: "2024-05-03",
    },
    { component: "CPU microcode", version: "0x5003604" },
    { component: "TPM", version: "500.14" },
    { component: "NIC", version: "22.31.6", where: "eth0" },
    { component: "disk", version: "DL63", where: "sda" },
    { component: "LPe35002", version: "12.8.340.8", where: "0000:5e:00.0" },
    BMC,
  ]);
});

Deno.test("firmwares[] has the BMC's version of ipmitool, and another of the inventory beside it", () => {
  const bmc = (firmware: string) => factsOf({ ipmitool: ok({ firmware }) }).firmwares;
  assertEquals(bmc("6.10"), [{ component: "BMC", version: "6.10" }]);
  assertEquals(factsOf({}).firmwares, undefined);
});
