import { assertEquals } from "@std/assert";
import { machineUuid, otherByteOrder } from "../../../collectors/facts/uuid.ts";

Deno.test("machineUuid() takes a UUID of one machine, in lower case", () => {
  for (
    const uuid of [
      "4C4C4544-0042-3510-8052-CAC04F4A3132",
      "30303437-3730-584D-5137-323430345943",
      "ec2e1d4a-3c6b-4f5e-9d3c-7a1b2c3d4e5f",
      // Filled up with a MAC, with the bits of a version or without: one machine's alone.
      "00000000-0000-1000-8000-ac1f6b05e596",
      "00000000-0000-0000-0000-ac1f6b05e596",
      "080020ff-ffff-ffff-ffff-0010e0bcd192",
    ]
  ) assertEquals(machineUuid(uuid), uuid.toLowerCase());
});

Deno.test("machineUuid() refuses what firmware gives many boards, in either byte order", () => {
  for (
    const uuid of [
      "03000200-0400-0500-0006-000700080009",
      "07090201-0103-0301-0807-060504030201",
      "00000000-0000-0000-0807-060504030201",
      "11111111-2222-3333-4444-555555555555",
      "fefefefe-fefe-fefe-fefe-fefefefefefe",
      "58585858-5858-5858-5858-585858585858",
      "33333333-3333-3333-3333-333333333333",
      "55aa55aa-55aa-55aa-55aa-55aa55aa55aa",
      "12345678-90ab-cdef-1234-567890abcdef",
      "11223344-5566-7788-99aa-bbccddeeff00",
      "98765432-1098-7654-3210-987654321098",
      "12345678-1234-1234-1234-123456789012",
      // The text "1234567890123456".
      "31323334-3536-3738-3930-313233343536",
      "56f49712-ffff-ffff-ffff-ffffffffffff",
      "ffffffff-ffff-ffff-ffff-00e04c680001",
      // Filler with the bits of a version and a variant, and the address of a Realtek chip that was given none.
      "00000000-0000-1000-8000-00e04c000001",
      "00000000-0000-4000-8000-000000000000",
      "00000000-0000-0000-0000-000000000001",
      "8e275844-178f-44a8-aceb-a7d7e5178c63",
      "12345678-1234-5678-90ab-cddeefaabbcc",
      "00010203-0405-0607-0809-0a0b0c0d0e0f",
      "0f0e0d0c-0b0a-0908-0706-050403020100",
      "00112233-4455-6677-8899-aabbccddeeff",
      "01234567-89ab-cdef-0123-456789abcdef",
      "fedcba98-7654-3210-fedc-ba9876543210",
      // Each group by itself counts, or is one digit.
      "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
      "12345678-1234-1234-1234-123456789abc",
      // Dell's form, of no service tag: blanks, zeros, and the characters 0 and X.
      "4c4c4544-0030-3010-8030-b0c04f303030",
      "4c4c4544-0058-5810-8058-d8c04f585858",
      "4c4c4544-0000-2010-8020-80c04f202020",
      "4c4c4544-0020-2010-8020-a0c04f202020",
      "4c4c4544-0000-0010-8000-80c04f000000",
    ]
  ) {
    assertEquals(machineUuid(uuid), undefined, uuid);
    assertEquals(machineUuid(otherByteOrder(uuid)), undefined, `${uuid} in the other byte order`);
  }
  for (const text of [undefined, "", "525400123456", "{4c4c4544-0042-3510-8052-cac04f4a3132}"]) {
    assertEquals(machineUuid(text), undefined);
  }
});
