// What the tensor prelude declares extern.
template struct c10::SingleElementType<c10::TypeKind::ListType, c10::ListType>;
template struct c10::EnumerationType<c10::TypeKind::ScalarTypeType>;
template struct c10::EnumerationType<c10::TypeKind::MemoryFormatType>;
template struct c10::EnumerationType<c10::TypeKind::LayoutType>;
