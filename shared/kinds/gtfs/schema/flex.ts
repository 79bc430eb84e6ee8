import { field, type TableReference } from './field.ts';

/** Of the GTFS Schedule reference of 27 April 2026, gtfs.org/documentation/schedule/reference. */
export const FLEX_TABLES: readonly TableReference[] = [
  {
    file: 'location_groups.txt',
    presence: 'optional',
    key: ['location_group_id'],
    fields: [field('location_group_id', 'id', 'required'), field('location_group_name', 'text', 'optional')],
  },
  {
    file: 'location_group_stops.txt',
    presence: 'optional',
    key: ['*'],
    fields: [
      field('location_group_id', 'id', 'required', { references: ['location_groups.location_group_id'] }),
      field('stop_id', 'id', 'required', { references: ['stops.stop_id'] }),
    ],
  },
  {
    file: 'booking_rules.txt',
    presence: 'optional',
    key: ['booking_rule_id'],
    fields: [
      field('booking_rule_id', 'id', 'required'),
      field('booking_type', 'enum', 'required', { values: [0, 1, 2] }),
      field('prior_notice_duration_min', 'integer', 'conditional'),
      field('prior_notice_duration_max', 'integer', 'forbidden'),
      field('prior_notice_last_day', 'integer', 'conditional'),
      field('prior_notice_last_time', 'time', 'conditional'),
      field('prior_notice_start_day', 'integer', 'forbidden'),
      field('prior_notice_start_time', 'time', 'conditional'),
      field('prior_notice_service_id', 'id', 'forbidden', { references: ['calendar.service_id'] }),
      field('message', 'text', 'optional'),
      field('pickup_message', 'text', 'optional'),
      field('drop_off_message', 'text', 'optional'),
      field('phone_number', 'phone', 'optional'),
      field('info_url', 'url', 'optional'),
      field('booking_url', 'url', 'optional'),
    ],
  },
];
