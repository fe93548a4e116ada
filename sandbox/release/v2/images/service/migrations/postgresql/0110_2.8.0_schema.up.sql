create index execution_by_vendor on execution (vendor_type, vendor_id);
